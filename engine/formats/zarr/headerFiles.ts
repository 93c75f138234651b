/** What of a replay buffer tells one state of it from the next: its headers, and the folders of its arrays. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const HEADERS = [
  '.',
  '.zmetadata',
  'data',
  'meta',
  'meta/episode_ends',
  'meta/episode_ends/.zarray',
  'meta/episode_ends/0',
];
/** Whose own headers count: a replay buffer has some ten. */
const MAX_ARRAYS = 32;

/** Absolute, also where nothing is there; an array's folder changes with each chunk that is renamed into it. */
export async function headerFiles(path: string): Promise<readonly string[]> {
  const arrays = await readdir(join(path, 'data')).catch((): string[] => []);
  const ofArrays = arrays
    .sort()
    .slice(0, MAX_ARRAYS)
    .flatMap((name) => [`data/${name}`, `data/${name}/.zarray`]);
  return [...HEADERS, ...ofArrays].map((name) => join(path, name));
}
