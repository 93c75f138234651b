/** Low-dimensional arrays as blocks of numbers, chunk by chunk. */

import { breathe } from '../../base/breathe.js';
import { RegripError } from '../../base/errors.js';
import { toNumbers } from '../../formats/numbers.js';
import type { ArrayInfo, ReplayBuffer } from '../../formats/zarr/index.js';

/** Poses, joints and commands have some ten values a step; more is an image or a feature map. */
const MAX_WIDTH = 1024;
/** What is decoded at a time, in memory a second time as float64. */
const BLOCK_BYTES = 8 * 2 ** 20;
/** Each a file; a cancellation is seen once they are read. */
const BLOCK_CHUNKS = 512;
/** 58 days at ten a second; stops a crafted length. */
export const MAX_STEPS = 50_000_000;

/** Values a step, of an array (N,) or (N, D); undefined for any other array. */
export function lowDimWidth({ shape, dtype }: ArrayInfo): number | undefined {
  const [, width = 1, ...more] = shape;
  return more.length === 0 && width > 0 && width <= MAX_WIDTH && dtype[1] !== 'c' ? width : undefined;
}

export interface Block {
  readonly start: number;
  readonly rows: number;
  /** (rows, width) */
  readonly values: Float64Array;
}

/** Steps `from` … `to` - 1 of a low-dimensional array in order. Throws as `readRows` does. */
export async function* blocksOf(
  buffer: ReplayBuffer,
  name: string,
  [from, to]: readonly [from: number, to: number],
  signal: AbortSignal | undefined,
): AsyncGenerator<Block> {
  const info = buffer.arrays.get(name)!;
  const rows = rowsAtATime(info);
  for (let start = from; start < to; ) {
    await breathe(signal);
    const end = Math.min(to, (Math.floor(start / rows) + 1) * rows);
    const values = toNumbers(await buffer.readRows(name, start, end));
    if (values === undefined)
      throw new RegripError({
        code: 'data-set-array',
        file: buffer.path,
        message: `array ${name} has no numbers (${info.dtype})`,
      });
    yield { start, rows: end - start, values };
    start = end;
  }
}

/** Whole bands of chunks as long as they are small, so that no chunk is decoded twice. */
function rowsAtATime({ shape, chunks, itemBytes }: ArrayInfo): number {
  const width = shape[1] ?? 1;
  const chunksABand = Math.ceil(width / (chunks[1] ?? 1));
  const mostBands = Math.floor(BLOCK_CHUNKS / chunksABand);
  const mostRows = Math.floor(BLOCK_BYTES / (width * itemBytes));
  const bands = Math.min(mostBands, Math.floor(mostRows / chunks[0]!));
  return bands > 0 ? bands * chunks[0]! : Math.max(1, Math.min(mostRows, chunks[0]!));
}
