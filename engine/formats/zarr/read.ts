/** Opens a replay buffer (zarr v2: `data/*` over all steps, `meta/episode_ends`) and reads rows of its arrays. */

import { counted } from '../../base/counted.js';
import { throwIfAborted } from '../../base/errors.js';
import type { OpenOptions } from '../dataSet.js';
import type { NdArray } from '../ndarray.js';
import { otherFolder } from '../otherDataSet.js';
import { cOrder, littleEndian } from '../pickle/strided.js';
import { ChunkCache } from './chunkCache.js';
import { chunkCount, chunksOfRows, copyChunk, rowBytes } from './chunks.js';
import { assertKnownCodec, CodecFault, decodeChunk } from './codecs.js';
import { type ArrayInfo, type Consolidated, chunkBytes, consolidated, readArrayInfo } from './metadata.js';
import { ZARR_FOLDER } from './recognise.js';
import { FolderStore } from './store.js';
import { ZarrError } from './zarrError.js';

export interface ReplayBuffer {
  readonly path: string;
  /** The arrays of `data`, by name; the first axis of each is the step. */
  readonly arrays: ReadonlyMap<string, ArrayInfo>;
  /** Cumulative: episode e is the steps `episodeEnds[e - 1] ?? 0` … `episodeEnds[e]` - 1. */
  readonly episodeEnds: readonly number[];
  /** Steps `start` … `end` - 1 of one array, shape (end - start, …). Random rows are cheap while their chunks are cached. */
  readRows(name: string, start: number, end: number): Promise<NdArray>;
  /** The same into `rows`, which has just their bytes. */
  readInto(
    name: string,
    rows: Uint8Array,
    range: readonly [start: number, end: number],
    signal?: AbortSignal,
  ): Promise<void>;
  /** The bytes of one step's chunk as they are stored, whatever the codec; undefined where a chunk is not exactly one step. */
  readStoredStep(name: string, step: number): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/** What the headers alone say: no chunk but `episode_ends` is read. */
export interface ReplayBufferMetadata {
  readonly path: string;
  readonly arrays: ReadonlyMap<string, ArrayInfo>;
  readonly episodeEnds: readonly number[];
}

/** About 1500 frames of 320 × 180; less than one batch of them would make training decode each chunk many times. */
const CACHE_BYTES = 256 * 2 ** 20;
/** One call gives one array; callers that want more read in pieces. */
const MAX_READ_BYTES = 2 ** 31;
/** Chunks that one call touches, each a file: a batch touches some hundred, a column of numbers one. */
const MAX_READ_CHUNKS = 16_384;
/** A data set has an image, poses and a few columns. */
const MAX_ARRAYS = 1000;
/** Far above real data sets; stops a crafted length. */
const MAX_EPISODES = 10_000_000;

/** Throws `ZarrError` when the folder is not a replay buffer; if judged at opening, also when its parts disagree or a codec is not read. */
export async function openReplayBuffer(path: string, options: OpenOptions = {}): Promise<ReplayBuffer> {
  const store = await FolderStore.open(path);
  const metadata = await metadataOf(store);
  const judge = (name: string, info: ArrayInfo) => {
    checkLength(store, name, info, metadata.episodeEnds);
    checkCodecs(store, `data/${name}`, info);
  };
  const isJudgedLate = options.judged === 'at-read';
  if (!isJudgedLate) for (const [name, info] of metadata.arrays) judge(name, info);
  const cache = new ChunkCache(options.cacheBytes ?? CACHE_BYTES);
  const asked = (name: string): ArrayInfo => {
    const info = arrayOf(metadata, name);
    if (isJudgedLate) judge(name, info);
    return info;
  };
  return {
    ...metadata,
    readRows: (name, start, end) => {
      const info = asked(name);
      return readRows({ store, key: `data/${name}`, info, cache }, start, end);
    },
    readInto: (name, rows, [start, end], signal) => {
      const info = asked(name);
      return readInto({ store, key: `data/${name}`, info, cache }, rows, start, end, signal);
    },
    readStoredStep: async (name, step) => {
      const info = arrayOf(metadata, name);
      checkLength(store, name, info, metadata.episodeEnds);
      return readStoredStep(store, `data/${name}`, info, step);
    },
    close: async () => cache.clear(),
  };
}

function arrayOf({ path, arrays }: ReplayBufferMetadata, name: string): ArrayInfo {
  const info = arrays.get(name);
  if (info !== undefined) return info;
  const names = [...arrays.keys()].join(', ');
  throw new ZarrError('zarr-missing', path, `there is no array ${name}, only ${names}`);
}

/** Headers and episode ends, not judged: an array may have an unknown codec or another length than the episodes. */
export async function readMetadata(path: string): Promise<ReplayBufferMetadata> {
  return metadataOf(await FolderStore.open(path));
}

async function metadataOf(store: FolderStore): Promise<ReplayBufferMetadata> {
  const listed = await consolidated(store);
  const ends = await readArrayInfo(store, 'meta/episode_ends', listed);
  if (ends === undefined) throw await noReplayBuffer(store);
  const arrays = new Map<string, ArrayInfo>();
  for (const name of await arrayNames(store, listed)) {
    const info = await readArrayInfo(store, `data/${name}`, listed);
    if (info !== undefined && info.shape.length > 0) arrays.set(name, info);
  }
  return { path: store.path, arrays, episodeEnds: await readEpisodeEnds(store, ends) };
}

async function arrayNames(store: FolderStore, listed: Consolidated): Promise<string[]> {
  const inList = Object.keys(listed).flatMap((key) => /^data\/([^/]+)\/\.zarray$/.exec(key)?.[1] ?? []);
  const names = [...new Set([...(await store.folders('data')), ...inList])].sort();
  if (names.length <= MAX_ARRAYS) return names;
  const found = `data has ${counted(names.length, 'array')}, at most ${MAX_ARRAYS} are read`;
  throw new ZarrError('zarr-metadata', store.path, found, 'Give the folder of one replay buffer.');
}

async function noReplayBuffer(store: FolderStore): Promise<Error> {
  const other = await otherFolder(store.path, [ZARR_FOLDER]);
  if (other !== undefined) return other;
  const message = 'is not a replay buffer: there is no meta/episode_ends';
  return new ZarrError('zarr-missing', store.path, message, 'Make one from recordings: regrip convert.');
}

function checkLength(store: FolderStore, name: string, info: ArrayInfo, ends: readonly number[]): void {
  const steps = ends.at(-1) ?? 0;
  const [length = 0] = info.shape; // none: a single value, of no step
  if (length !== steps) {
    const found = `array ${name} has ${counted(length, 'step')}, meta/episode_ends ends at ${steps}`;
    throw new ZarrError('zarr-episode-ends', store.path, found, 'The data set is incomplete: convert again.');
  }
}

function checkCodecs(store: FolderStore, key: string, info: ArrayInfo): void {
  try {
    if (info.filters.length > 0)
      throw new CodecFault('unknown', `filter ${info.filters[0]!.id} is not read here`);
    assertKnownCodec(info.compressor);
  } catch (error) {
    throw asZarrError(error, store, key);
  }
}

function asZarrError(error: unknown, store: FolderStore, key: string): unknown {
  if (!(error instanceof CodecFault)) return error;
  const code = error.kind === 'unknown' ? 'zarr-codec' : 'zarr-chunk';
  const hint = error.hint ?? (error.kind === 'damaged' ? 'The file is damaged: convert again.' : undefined);
  return new ZarrError(code, store.locate(key), error.message, hint);
}

async function readEpisodeEnds(store: FolderStore, info: ArrayInfo): Promise<number[]> {
  const file = store.locate('meta/episode_ends');
  const fail = (found: string) =>
    new ZarrError('zarr-episode-ends', file, found, 'The data set is incomplete: convert again.');
  if (info.shape.length !== 1 || !/[iu][48]$/.test(info.dtype)) {
    throw fail(`has shape [${info.shape.join(', ')}] and dtype ${info.dtype}, expected [E] of <i8`);
  }
  const episodes = info.shape[0]!;
  if (episodes > MAX_EPISODES)
    throw fail(`names ${counted(episodes, 'episode')}, at most ${MAX_EPISODES} are read`);
  checkCodecs(store, 'meta/episode_ends', info);
  const rows = await readRows(
    { store, key: 'meta/episode_ends', info, cache: new ChunkCache(0) },
    0,
    episodes,
  );
  const ends = integers(rows);
  ends.forEach((end, e) => {
    const before = ends[e - 1] ?? 0;
    if (end <= before || !Number.isSafeInteger(end))
      throw fail(`episode ${e} ends at ${end}, the one before at ${before}`);
  });
  return ends;
}

function integers({ dtype, data }: NdArray): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const width = Number(dtype[2]);
  return Array.from({ length: data.byteLength / width }, (_, k) => {
    if (width === 8)
      return Number(dtype[1] === 'u' ? view.getBigUint64(k * 8, true) : view.getBigInt64(k * 8, true));
    return dtype[1] === 'u' ? view.getUint32(k * 4, true) : view.getInt32(k * 4, true);
  });
}

/** An array, and what was decoded of it. */
interface Source {
  readonly store: FolderStore;
  readonly key: string;
  readonly info: ArrayInfo;
  readonly cache: ChunkCache;
}

async function readRows(source: Source, start: number, end: number): Promise<NdArray> {
  const { dtype, shape } = source.info;
  const bytes = requireRead(source, start, end);
  const data = new Uint8Array(bytes);
  await copyRows(source, data, start, end);
  return { dtype, shape: [end - start, ...shape.slice(1)], data };
}

async function readInto(
  source: Source,
  rows: Uint8Array,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const bytes = requireRead(source, start, end);
  if (rows.length !== bytes)
    throw new RangeError(`rows ${start} to ${end} of ${source.key} have ${bytes} bytes, not ${rows.length}`);
  await copyRows(source, rows, start, end, signal);
}

/** The bytes of the rows. Throws `zarr-range` where they are not there, or too many at once. */
function requireRead({ store, key, info }: Source, start: number, end: number): number {
  requireRows(store, key, info, start, end);
  const bytes = (end - start) * rowBytes(info);
  const refuse = (found: string, most: number) =>
    new ZarrError('zarr-range', store.locate(key), `${found} were asked for at once, at most ${most}`);
  if (bytes > MAX_READ_BYTES) throw refuse(`${bytes} bytes`, MAX_READ_BYTES);
  const chunks = chunkCount(info, start, end);
  if (chunks > MAX_READ_CHUNKS) throw refuse(counted(chunks, 'chunk'), MAX_READ_CHUNKS);
  return bytes;
}

async function copyRows(
  { store, key, info, cache }: Source,
  rows: Uint8Array,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<void> {
  for (const index of chunksOfRows(info, start, end)) {
    throwIfAborted(signal);
    const chunkKey = keyOfChunk(key, info, index);
    const chunk = await cache.get(chunkKey, chunkBytes(info), () => readChunk(store, chunkKey, info));
    copyChunk(info, { index, chunk, rows, start }, 'from-chunk');
  }
}

function requireRows(store: FolderStore, key: string, info: ArrayInfo, start: number, end: number): void {
  const steps = info.shape[0]!;
  if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end >= start && end <= steps) return;
  const found = `rows ${start} to ${end} were requested, but there are only ${steps}`;
  throw new ZarrError('zarr-range', store.locate(key), found);
}

function keyOfChunk(key: string, info: ArrayInfo, index: readonly number[]): string {
  return `${key}/${index.join(info.separator)}`;
}

async function readStoredStep(
  store: FolderStore,
  key: string,
  info: ArrayInfo,
  step: number,
): Promise<Uint8Array | undefined> {
  requireRows(store, key, info, step, step + 1);
  if (info.chunks[0] !== 1 || chunkCount(info, step, step + 1) !== 1) return undefined;
  const index = info.shape.map((_, axis) => (axis === 0 ? step : 0));
  return store.get(keyOfChunk(key, info, index), mostStored(info));
}

/** Compressors store what does not shrink with a small overhead: a longer file is not theirs. */
function mostStored(info: ArrayInfo): number {
  const bytes = chunkBytes(info);
  return bytes + (bytes >> 6) + 65536;
}

/** One decoded chunk in C order, little-endian. */
async function readChunk(store: FolderStore, chunkKey: string, info: ArrayInfo): Promise<Uint8Array> {
  const bytes = chunkBytes(info);
  const stored = await store.get(chunkKey, mostStored(info));
  if (stored === undefined) return filled(info.fill, bytes);
  try {
    const chunk = await decodeChunk(stored, info.compressor, bytes);
    const native = info.bigEndian
      ? littleEndian(chunk, info.itemBytes / (info.dtype[1] === 'c' ? 2 : 1))
      : chunk;
    return info.order === 'F' ? cOrder(native, info.chunks, info.itemBytes) : native;
  } catch (error) {
    throw asZarrError(error, store, chunkKey);
  }
}

function filled(element: Uint8Array, bytes: number): Uint8Array {
  const chunk = new Uint8Array(bytes);
  if (element.every((byte) => byte === 0)) return chunk;
  for (let at = 0; at < bytes; at += element.length) chunk.set(element, at);
  return chunk;
}
