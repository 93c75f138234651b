/** Writes replay buffers that upstream's ReplayBuffer and zarr-python 2 read; each file appears whole or not at all. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic.js';
import { crc32 } from '../../base/crc32.js';
import { chunksOfRows, copyChunk, rowBytes } from './chunks.js';
import { encodeChunk } from './codecs.js';
import {
  type ArrayLayout,
  arrayText,
  attributesText,
  episodeEndsChunk,
  GROUP_TEXT,
  itemBytes,
  layoutChunkBytes,
} from './layout.js';
import { ZarrError } from './zarrError.js';

/** A chunk as it lies on disk. */
export interface StoredChunk {
  readonly name: string;
  readonly bytes: number;
  readonly crc: number;
}

/** One column or image stack over all steps. */
export interface ReplayBufferWriter {
  readonly path: string;
  /** Writes the array's metadata. */
  createArray(name: string, layout: ArrayLayout): Promise<void>;
  /** Rows from `start`, a chunk border, to another chunk border or the array's end. */
  writeRows(name: string, start: number, rows: Uint8Array): Promise<void>;
  /** Writes `meta/episode_ends`: without it the folder is not a replay buffer. Called last. */
  finish(episodeEnds: readonly number[]): Promise<void>;
}

/** Makes the groups of a replay buffer in the folder `path`, which may hold chunks of it already. */
export async function createReplayBuffer(path: string): Promise<ReplayBufferWriter> {
  for (const group of ['', 'data', 'meta']) {
    await mkdir(join(path, group), { recursive: true });
    await writeText(join(path, group, '.zgroup'), GROUP_TEXT);
  }
  const layouts = new Map<string, ArrayLayout>();
  return {
    path,
    createArray: async (name, layout) => {
      layouts.set(name, layout);
      await writeArrayInfo(join(path, 'data', name), layout);
    },
    writeRows: async (name, start, rows) => {
      const layout = layouts.get(name);
      if (layout === undefined) throw new ZarrError('zarr-missing', path, `array ${name} was not created`);
      await writeChunks(join(path, 'data', name), layout, start, rows);
    },
    finish: (episodeEnds) => writeEpisodeEnds(join(path, 'meta', 'episode_ends'), episodeEnds),
  };
}

/**
 * Writes the chunks of rows `start` … of the array in `folder`, which exists; the same rows give the same bytes.
 * Throws `zarr-range` when the rows do not begin and end at chunk borders.
 */
export async function writeChunks(
  folder: string,
  layout: ArrayLayout,
  start: number,
  rows: Uint8Array,
): Promise<StoredChunk[]> {
  const info = { shape: layout.shape, chunks: layout.chunks, itemBytes: itemBytes(layout.dtype) };
  const end = start + rows.length / rowBytes(info);
  const bordered =
    start % layout.chunks[0]! === 0 && (end % layout.chunks[0]! === 0 || end === layout.shape[0]);
  if (!bordered || end > layout.shape[0]!) {
    const found = `rows ${start} to ${end} are not whole chunks of ${layout.chunks[0]} in ${layout.shape[0]} rows`;
    throw new ZarrError('zarr-range', folder, found);
  }
  const written: StoredChunk[] = [];
  for (const index of chunksOfRows(info, start, end)) {
    const chunk = new Uint8Array(layoutChunkBytes(layout));
    copyChunk(info, { index, chunk, rows, start }, 'to-chunk');
    const stored = await encodeChunk(chunk, layout.compressor);
    const name = chunkName(index);
    await writeFileAtomic(join(folder, name), async (file) => {
      await file.writeFile(stored);
    });
    written.push({ name, bytes: stored.length, crc: crc32(stored) });
  }
  return written;
}

export function chunkName(index: readonly number[]): string {
  return index.join('.');
}

async function writeEpisodeEnds(folder: string, ends: readonly number[]): Promise<void> {
  const layout: ArrayLayout = {
    shape: [ends.length],
    dtype: '<i8',
    chunks: [episodeEndsChunk(ends.length)],
    compressor: null,
  };
  const values = BigInt64Array.from(ends, BigInt);
  await writeArrayInfo(folder, layout);
  await writeText(join(folder, '.zattrs'), '{}');
  await writeChunks(folder, layout, 0, new Uint8Array(values.buffer));
}

async function writeArrayInfo(folder: string, layout: ArrayLayout): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeText(join(folder, '.zarray'), arrayText(layout));
  if (layout.attributes !== undefined)
    await writeText(join(folder, '.zattrs'), attributesText(layout.attributes));
}

async function writeText(path: string, text: string): Promise<void> {
  await writeFileAtomic(path, async (file) => {
    await file.writeFile(text);
  });
}
