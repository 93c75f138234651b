/** Identifies an array of images, so that features are recomputed when, and only when, the images change. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { columnFiles } from '../../formats/dataSets.js';

/** Up to this size every byte is hashed, in well under a second from a local disk. Larger arrays would delay the start. */
const HASHED_BYTES = 512 * 2 ** 20;

/**
 * Of `camera` in the data set at `path`: the content of its files, so that a second data set with the same frames (7-D and 8-D
 * of one recording) shares its features; for a large one its path, sizes and times.
 */
export async function imageFingerprint(path: string, camera: string): Promise<string> {
  const files = await columnFiles(path, camera);
  const found = await Promise.all(files.map((file) => stat(file.path)));
  const total = found.reduce((sum, { size }) => sum + size, 0);
  const hash = createHash('sha256');
  if (total > HASHED_BYTES) hash.update(path);
  for (const [i, file] of files.entries()) {
    const { size, mtimeMs } = found[i]!;
    hash.update(`/${file.name} ${size} `);
    hash.update(total > HASHED_BYTES ? String(mtimeMs) : await readFile(file.path));
  }
  return hash.digest('hex');
}
