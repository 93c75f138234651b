/** Tells one state of what a request is about from the next: of a file by size, times and inode, of a folder as its data set's format does. */
import { stat } from 'node:fs/promises';
import { stampOf } from '../../engine/base/fileStamp.js';
import { dataSetStamp } from '../../engine/formats/dataSets.js';

/** Undefined when there is nothing at `path`, or no data set whose state could be told: then nothing is kept. */
export async function stampAt(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? dataSetStamp(path) : stampOf(path);
}
