/** Low-dimensional columns as blocks of numbers, piece by piece. */
import { breathe } from '../../base/breathe.js';
import { type DataSet, type DataSetColumn, valueBytes } from '../../formats/dataSet.js';

/** Poses, joints and commands have about ten values per step; anything larger is an image or a feature map. */
const MAX_WIDTH = 1024;
/** Bytes decoded at a time; they are held a second time as float64. */
const BLOCK_BYTES = 8 * 2 ** 20;
/** Pieces read at a time, each a file; a cancellation takes effect between two. */
const BLOCK_PIECES = 512;
/** 58 days at ten steps per second; stops a crafted length. */
export const MAX_STEPS = 50_000_000;

/** Values per step of a column (N,) or (N, D) of real numbers; undefined for any other. */
export function lowDimWidth({ shape, dtype }: DataSetColumn): number | undefined {
  const [, width = 1, ...more] = shape;
  return more.length === 0 && width > 0 && width <= MAX_WIDTH && dtype[1] !== 'c' ? width : undefined;
}

interface Block {
  readonly start: number;
  readonly rows: number;
  /** (rows, width) */
  readonly values: Float64Array;
}

/** Steps `from` … `to` - 1 of a low-dimensional column in order. Throws as `readRows` does. */
export async function* blocksOf(
  data: DataSet,
  name: string,
  [from, to]: readonly [from: number, to: number],
  signal: AbortSignal | undefined,
): AsyncGenerator<Block> {
  const column = data.columns.get(name)!;
  const rows = rowsAtATime(column);
  const width = column.shape[1] ?? 1;
  for (let start = from; start < to; ) {
    await breathe(signal);
    const end = Math.min(to, (Math.floor(start / rows) + 1) * rows);
    const values = new Float64Array((end - start) * width);
    await data.readRows(name, start, end, values, signal);
    yield { start, rows: end - start, values };
    start = end;
  }
}

/** Whole bands of pieces as long as they are small, so that each piece is decoded only once. */
function rowsAtATime(column: DataSetColumn): number {
  const width = column.shape[1] ?? 1;
  const [pieceRows = 1, pieceWidth = 1] = column.stored.piece;
  const mostBands = Math.floor(BLOCK_PIECES / Math.ceil(width / pieceWidth));
  const mostRows = Math.floor(BLOCK_BYTES / (width * valueBytes(column)));
  const bands = Math.min(mostBands, Math.floor(mostRows / pieceRows));
  return bands > 0 ? bands * pieceRows : Math.max(1, Math.min(mostRows, pieceRows));
}
