/** How upstream lays out a replay buffer: chunk shapes and the text of its metadata files. */
import type { CodecConfig } from './metadata.js';

/** An array to write; C order, little-endian, filled with zero. */
export interface ArrayLayout {
  readonly shape: readonly number[];
  /** `<f4`, `<f8`, `<i8`, `|u1` … */
  readonly dtype: string;
  readonly chunks: readonly number[];
  readonly compressor: CodecConfig | null;
  /** What else its `.zattrs` says; without any there is no such file. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** What the training code aims at: large enough to compress, small enough to read one for a row. */
const TARGET_CHUNK_BYTES = 2e6;

/** lz4 without shuffling, for columns of numbers. */
export const COLUMN_COMPRESSOR: CodecConfig = {
  id: 'blosc',
  cname: 'lz4',
  clevel: 5,
  shuffle: 0,
  blocksize: 0,
};

export function itemBytes(dtype: string): number {
  return Number(dtype.slice(2));
}

/** Of one chunk, not compressed. */
export function layoutChunkBytes({ chunks, dtype }: ArrayLayout): number {
  return chunks.reduce((product, length) => product * length, itemBytes(dtype));
}

/**
 * The chunks that upstream's ReplayBuffer gives an array whose first episode has `shape`: inner axes whole as long as
 * they fit into 2 MB, the axis that crosses it cut, those before it 1.
 */
export function replayBufferChunks(shape: readonly number[], dtype: string): number[] {
  let cut = 0;
  let inner = itemBytes(dtype);
  for (let axis = shape.length - 1; axis > 0; axis -= 1) {
    if (inner * shape[axis]! > TARGET_CHUNK_BYTES) {
      cut = axis;
      break;
    }
    inner *= shape[axis]!;
  }
  const length = Math.min(shape[cut]!, Math.ceil(TARGET_CHUNK_BYTES / inner));
  return shape.map((whole, axis) => (axis < cut ? 1 : axis === cut ? length : whole));
}

/** The chunk of `episode_ends` after `episodes` were added one by one: upstream lets it grow by half when it is full. */
export function episodeEndsChunk(episodes: number): number {
  let chunk = 1;
  for (let count = 1; count <= episodes; count += 1) if (chunk < count) chunk = Math.floor(count * 1.5);
  return chunk;
}

export const GROUP_TEXT = jsonText({ zarr_format: 2 });

/** `.zarray` byte for byte as zarr-python writes it. */
export function arrayText(layout: ArrayLayout): string {
  const float = layout.dtype[1] === 'f';
  const text = jsonText({
    chunks: layout.chunks,
    compressor: layout.compressor,
    dtype: layout.dtype,
    fill_value: 0,
    filters: null,
    order: 'C',
    shape: layout.shape,
    zarr_format: 2,
  });
  return float ? text.replace('"fill_value": 0,', '"fill_value": 0.0,') : text;
}

/** `.zattrs`, in the same form. */
export function attributesText(attributes: Readonly<Record<string, unknown>>): string {
  return jsonText(attributes);
}

/** Python's `json.dumps(…, indent=4, sort_keys=True)`. */
function jsonText(value: unknown): string {
  const sorted = (_key: string, each: unknown): unknown =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each;
  return JSON.stringify(value, sorted, 4);
}
