/** Tells one state of a file or folder from the next, by what the file system keeps of it. */
import { stat } from 'node:fs/promises';

/** What stands for nothing that can be looked at. */
export const ABSENT = '-';

/** Of a folder it changes with the names in it. A change that keeps size, times and inode is not seen. */
export async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? ABSENT : `${found.size}:${found.mtimeMs}:${found.ctimeMs}:${found.ino}`;
}
