/** What tells one array of images from another, so that features are computed anew when, and only when, the images change. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Up to here every byte is hashed: well under a second from a local disk. Above it a start would wait for the disk. */
const HASHED_BYTES = 512 * 2 ** 20;

/**
 * Of `camera` in the data set at `path`: the chunks' content, so that a second data set with the same frames (7-D and 8-D
 * of one recording) shares its features; of a large one its place, sizes and times.
 */
export async function imageFingerprint(path: string, camera: string): Promise<string> {
  const folder = join(path, 'data', camera);
  const names = (await readdir(folder)).sort();
  const found = await Promise.all(names.map((name) => stat(join(folder, name))));
  const total = found.reduce((sum, { size }) => sum + size, 0);
  const hash = createHash('sha256');
  if (total > HASHED_BYTES) hash.update(path);
  for (const [i, name] of names.entries()) {
    const { size, mtimeMs } = found[i]!;
    hash.update(`/${name} ${size} `);
    hash.update(total > HASHED_BYTES ? String(mtimeMs) : await readFile(join(folder, name)));
  }
  return hash.digest('hex');
}
