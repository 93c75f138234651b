/** By what a zarr v2 replay buffer is known, whole or damaged. */
import { join } from 'node:path';
import { isThere } from '../../base/isThere.js';

export const ZARR_FOLDER = {
  expected: 'a zarr folder',
  lookedFor: 'a zarr replay buffer (data and meta/episode_ends)',
} as const;

/** Files of zarr v2 groups, and of the one array that each replay buffer has. */
const SIGNS = ['.zgroup', '.zmetadata', 'meta/episode_ends/.zarray', 'data/.zgroup', 'meta/.zgroup'];

export async function isZarrFolder(path: string): Promise<boolean> {
  for (const name of SIGNS) if (await isThere(join(path, name))) return true;
  return false;
}
