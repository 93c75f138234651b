/** The chunk grid of an array: which chunks hold some rows, and copying between chunks and rows. */
import type { ArrayInfo } from './metadata.js';

/** Bytes of one row, that is of everything behind the first axis. */
export function rowBytes(info: Pick<ArrayInfo, 'shape' | 'itemBytes'>): number {
  return info.shape.slice(1).reduce((product, length) => product * length, info.itemBytes);
}

/** How many chunks touch rows `start` … `end` - 1. */
export function chunkCount(info: Pick<ArrayInfo, 'shape' | 'chunks'>, start: number, end: number): number {
  if (end <= start) return 0;
  const first = Math.ceil(end / info.chunks[0]!) - Math.floor(start / info.chunks[0]!);
  return info.shape
    .slice(1)
    .reduce((count, length, k) => count * Math.ceil(length / info.chunks[k + 1]!), first);
}

/** The indices of all chunks that touch rows `start` … `end` - 1, in C order. */
export function* chunksOfRows(
  info: Pick<ArrayInfo, 'shape' | 'chunks'>,
  start: number,
  end: number,
): Generator<readonly number[]> {
  if (end <= start) return;
  const first = info.shape.map((_, axis) => (axis === 0 ? Math.floor(start / info.chunks[0]!) : 0));
  const last = info.shape.map((length, axis) => Math.ceil((axis === 0 ? end : length) / info.chunks[axis]!));
  if (last.some((limit, axis) => limit <= first[axis]!)) return;
  const index = [...first];
  for (;;) {
    yield [...index];
    let axis = index.length - 1;
    while (axis >= 0 && index[axis]! + 1 >= last[axis]!) {
      index[axis] = first[axis]!;
      axis -= 1;
    }
    if (axis < 0) return;
    index[axis]! += 1;
  }
}

/** A chunk and the rows it is copied from or to; both in C order. */
interface ChunkPlace {
  readonly index: readonly number[];
  readonly chunk: Uint8Array;
  /** Rows `start` … of the array. */
  readonly rows: Uint8Array;
  readonly start: number;
}

/** Copies what `chunk` and `rows` have in common, in the given direction. */
export function copyChunk(
  info: Pick<ArrayInfo, 'shape' | 'chunks' | 'itemBytes'>,
  place: ChunkPlace,
  direction: 'from-chunk' | 'to-chunk',
): void {
  const { index, chunk, rows, start } = place;
  const { shape, chunks, itemBytes } = info;
  const rowsEnd = start + rows.length / Math.max(1, rowBytes(info));
  const copy = (axis: number, chunkAt: number, rowsAt: number): void => {
    const origin = index[axis]! * chunks[axis]!;
    const low = Math.max(origin, axis === 0 ? start : 0);
    const high = Math.min(origin + chunks[axis]!, axis === 0 ? rowsEnd : shape[axis]!);
    // Elements that are contiguous on both sides: this axis is the last, or the ones behind it are whole.
    const whole = shape.slice(axis + 1).every((length, k) => length === chunks[axis + 1 + k]);
    const chunkStep = product(chunks, axis + 1) * itemBytes;
    const rowsStep = product(shape, axis + 1) * itemBytes;
    const from = chunkAt + (low - origin) * chunkStep;
    const to = rowsAt + (low - (axis === 0 ? start : 0)) * rowsStep;
    if (whole) {
      const length = Math.max(0, high - low) * chunkStep;
      if (direction === 'from-chunk') rows.set(chunk.subarray(from, from + length), to);
      else chunk.set(rows.subarray(to, to + length), from);
      return;
    }
    for (let k = 0; k < high - low; k += 1) copy(axis + 1, from + k * chunkStep, to + k * rowsStep);
  };
  copy(0, 0, 0);
}

function product(lengths: readonly number[], from: number): number {
  let result = 1;
  for (let axis = from; axis < lengths.length; axis += 1) result *= lengths[axis]!;
  return result;
}
