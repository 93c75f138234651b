/** Distinguishes states of a file or folder by its size, times and inode. */
import { stat } from 'node:fs/promises';

/** The stamp of a path that does not exist or cannot be examined. */
export const ABSENT = '-';

/** A folder's stamp changes with the names in it. A change that keeps size, times and inode goes unnoticed. */
export async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? ABSENT : `${found.size}:${found.mtimeMs}:${found.ctimeMs}:${found.ino}`;
}
