/**
 * Tells one state of a zarr folder from the next by size, time and inode of `.zmetadata`, of each array's `.zarray` and of the folder
 * that holds the array's last chunk.
 *
 * What this misses: a chunk that is overwritten in place (writers rename a finished chunk into its folder, which changes the folder);
 * with nested chunks (`dimension_separator` "/") also one that is replaced in any folder but the last; and a file system that keeps no times.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BoundedCache } from '../../base/boundedCache.js';
import { withoutMark } from '../../base/byteOrderMark.js';
import { stampOf } from '../../base/fileStamp.js';
import { parseArrayInfo } from './metadata.js';

/** As many arrays as a replay buffer may have; a folder with more is not a data set, and asked each time. */
const MAX_ARRAYS = 1000;
/** Metadata of an array has some hundred bytes. */
const MAX_METADATA_BYTES = 65_536;
const REMEMBERED_ARRAYS = 4096;

/** Where an array's last chunk lies, by the array's folder and the state of its `.zarray`. */
const lastFolders = new BoundedCache<string>(REMEMBERED_ARRAYS);

/** Undefined for a folder of more arrays than a data set has. */
export async function zarrStamp(path: string): Promise<string | undefined> {
  const names = await readdir(join(path, 'data')).catch(() => []);
  if (names.length > MAX_ARRAYS) return undefined;
  const arrays = ['meta/episode_ends', ...names.sort().map((name) => `data/${name}`)];
  const all = await Promise.all([
    stampOf(join(path, '.zmetadata')),
    ...arrays.map((array) => ofArray(join(path, array))),
  ]);
  return [...all, ...arrays].join('|');
}

async function ofArray(folder: string): Promise<string> {
  const metadata = await stampOf(join(folder, '.zarray'));
  return `${metadata}/${await stampOf(await lastChunkFolder(folder, metadata))}`;
}

async function lastChunkFolder(folder: string, metadata: string): Promise<string> {
  const key = `${folder}|${metadata}`;
  const known = lastFolders.get(key);
  if (known !== undefined) return known;
  const found = join(folder, ...(await nestedFolders(join(folder, '.zarray'))));
  lastFolders.set(key, found, 1);
  return found;
}

/** Folders below the array's own that lead to its last chunk; none where chunks lie in it, or where the metadata is damaged. */
async function nestedFolders(file: string): Promise<string[]> {
  try {
    // Asked before opening: opening a pipe would wait for its writer.
    const found = await stat(file);
    if (!found.isFile() || found.size > MAX_METADATA_BYTES) return [];
    const text = withoutMark(await readFile(file, 'utf8'));
    const { shape, chunks, separator } = parseArrayInfo(JSON.parse(text), file);
    if (separator === '.') return [];
    const last = shape.map((length, axis) => Math.max(0, Math.ceil(length / chunks[axis]!) - 1));
    return last.slice(0, -1).map(String);
  } catch {
    return []; // the request itself tells what is wrong
  }
}
