/** A file of an episode that is held in memory whole, such as its columns or what describes them. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { throwPassing } from '../../base/diskErrors.js';
import { RecordingError } from '../recording.js';

/** Throws `episode-file` where it is missing, too large, or something that could be waited for in vain (a pipe, a device). */
export async function readBounded(file: string, maxBytes: number): Promise<Buffer> {
  const found = await stat(file).catch((cause: unknown) => {
    throwPassing(cause, file);
    throw new RecordingError('episode-file', file, `there is no ${basename(file)}`, undefined, cause);
  });
  if (found.isFile() && found.size <= maxBytes) return readFile(file);
  const message = `${basename(file)} has ${found.size} bytes, expected a regular file of at most ${maxBytes}`;
  throw new RecordingError('episode-file', file, message);
}
