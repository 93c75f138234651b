/**
 * Tells one state of a file from the next by size, time and inode, and one of a zarr folder by those of `.zmetadata`, of each array's
 * `.zarray` and of the folder that holds the array's last chunk.
 *
 * What this misses: a chunk that is overwritten in place (writers rename a finished chunk into its folder, which changes the folder);
 * with nested chunks (`dimension_separator` "/") also one that is replaced in any folder but the last; and a file system that keeps no times.
 */

import type { BigIntStats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutMark } from '../../engine/base/byteOrderMark.js';
import { parseArrayInfo } from '../../engine/formats/zarr/metadata.js';
import { BoundedCache } from './boundedCache.js';

/** As many arrays as a replay buffer may have; a folder with more is no data set, and asked each time. */
const MAX_ARRAYS = 1000;
/** Metadata of an array has some hundred bytes. */
const MAX_METADATA_BYTES = 65_536;
const REMEMBERED_ARRAYS = 4096;

export class Stamps {
  /** Where an array's last chunk lies, by the array's folder and the state of its `.zarray`. */
  private readonly lastFolders = new BoundedCache<string>(REMEMBERED_ARRAYS);

  /** Undefined when there is no such file or folder, or none whose state could be told. */
  async of(path: string): Promise<string | undefined> {
    const found = await factsOf(path);
    if (found === undefined) return undefined;
    return found.isDirectory() ? this.ofFolder(path) : textOf(found);
  }

  private async ofFolder(path: string): Promise<string | undefined> {
    const names = await readdir(join(path, 'data')).catch(() => []);
    if (names.length > MAX_ARRAYS) return undefined;
    const arrays = ['meta/episode_ends', ...names.sort().map((name) => `data/${name}`)];
    const all = await Promise.all([
      textAt(join(path, '.zmetadata')),
      ...arrays.map((array) => this.ofArray(join(path, array))),
    ]);
    return [...all, ...arrays].join('|');
  }

  private async ofArray(folder: string): Promise<string> {
    const file = join(folder, '.zarray');
    const metadata = await factsOf(file);
    const last = metadata === undefined ? folder : await this.lastChunkFolder(folder, file, metadata);
    return `${textOf(metadata)}/${await textAt(last)}`;
  }

  private async lastChunkFolder(folder: string, file: string, metadata: BigIntStats): Promise<string> {
    const key = `${folder}|${textOf(metadata)}`;
    const known = this.lastFolders.get(key);
    if (known !== undefined) return known;
    // Asked before opening: opening a pipe would wait for its writer.
    const isSmallFile = metadata.isFile() && metadata.size <= MAX_METADATA_BYTES;
    const found = join(folder, ...(isSmallFile ? await nestedFolders(file) : []));
    this.lastFolders.set(key, found, 1);
    return found;
  }
}

/** Folders below the array's own that lead to its last chunk; none where chunks lie in it, or where the metadata is damaged. */
async function nestedFolders(file: string): Promise<string[]> {
  try {
    const { shape, chunks, separator } = parseArrayInfo(
      JSON.parse(withoutMark(await readFile(file, 'utf8'))),
      file,
    );
    if (separator === '.') return [];
    const last = shape.map((length, axis) => Math.max(0, Math.ceil(length / chunks[axis]!) - 1));
    return last.slice(0, -1).map(String);
  } catch {
    return []; // the request itself tells what is wrong
  }
}

async function factsOf(path: string): Promise<BigIntStats | undefined> {
  return stat(path, { bigint: true }).catch(() => undefined);
}

async function textAt(path: string): Promise<string> {
  return textOf(await factsOf(path));
}

function textOf(found: BigIntStats | undefined): string {
  return found === undefined ? 'none' : `${found.size},${found.mtimeNs},${found.ino}`;
}
