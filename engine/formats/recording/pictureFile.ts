/** The bytes of a picture that is a file of its own. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { throwPassing } from '../../base/diskErrors.js';
import { RecordingError } from '../recording.js';

/** Far above a frame of 8K; a larger file is something else. */
const MAX_FILE_BYTES = 256 * 2 ** 20;

/** Throws `RecordingError` code `frame`; an unreachable drive is not the frame's fault, so it must not leave an episode out. */
export async function readPictureFile(path: string): Promise<Uint8Array> {
  const unreadable = (cause: NodeJS.ErrnoException): never => {
    throwPassing(cause, path);
    throw fault(path, `cannot be decoded: ${cause.message}`, cause);
  };
  const found = await stat(path).catch(unreadable);
  if (!found.isFile()) throw fault(path, 'is not a file');
  if (found.size > MAX_FILE_BYTES)
    throw fault(path, `has ${found.size} bytes, a picture has at most ${MAX_FILE_BYTES}`);
  if (found.size === 0) throw fault(path, 'cannot be decoded: the file is empty');
  return readFile(path).catch(unreadable);
}

function fault(path: string, message: string, cause?: unknown): RecordingError {
  return new RecordingError('frame', path, `${basename(path)} ${message}`, undefined, cause);
}
