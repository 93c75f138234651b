/** Identifies the state of what a request is about: a file by size, times and inode, a folder as its data set's format does. */
import { stat } from 'node:fs/promises';
import { stampOf } from '../../engine/base/fileStamp.js';
import { dataSetStamp } from '../../engine/formats/dataSets.js';

/** Undefined when `path` does not exist, or is not a data set whose state can be determined: then nothing is cached. */
export async function stampAt(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? dataSetStamp(path) : stampOf(path);
}
