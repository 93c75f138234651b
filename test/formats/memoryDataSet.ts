/** A data set that is held in memory, for tests of what reads data sets: a format as small as one can be. */
import type { Rotation } from '../../engine/base/rotation.js';
import { type DataSet, type DataSetColumn, stepValues } from '../../engine/formats/dataSet.js';
import { fillNumbers } from '../../engine/formats/rowBuffer.js';

interface Held {
  /** The first axis is the step. */
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Uint8Array;
  /** Rows that are stored together; all of them without. */
  readonly pieceRows?: number;
  /** Thrown by each read. */
  readonly error?: Error;
  readonly rotation?: Rotation;
}

export interface MemoryDataSet extends DataSet {
  /** Each read as `name from-to`. */
  readonly reads: readonly string[];
}

export function memoryDataSet(
  columns: Readonly<Record<string, Held>>,
  episodeEnds: readonly number[],
): MemoryDataSet {
  const reads: string[] = [];
  const held = (name: string): Held => {
    const found = columns[name];
    if (found === undefined) throw new Error(`no column ${name}`);
    if (found.error !== undefined) throw found.error;
    return found;
  };
  const rows = (name: string, from: number, to: number) => {
    reads.push(`${name} ${from}-${to}`);
    const { shape, values } = held(name);
    const width = stepValues({ shape });
    const part = values.subarray(from * width, to * width);
    const data = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    return { dtype: dtypeOf(values), shape: [to - from, ...shape.slice(1)], data };
  };
  return {
    path: '/memory',
    episodeEnds,
    columns: new Map(Object.entries(columns).map(([name, column]) => [name, columnOf(column)])),
    reads,
    readRows: async (name, from, to, into) =>
      fillNumbers(rows(name, from, to), into, { file: '/memory', name }),
    readFrames: async (name, steps, into) => {
      for (const [k, step] of steps.entries()) {
        const { data } = rows(name, step, step + 1);
        into.set(data, k * data.length);
      }
    },
    storedPicture: async () => undefined,
    close: async () => undefined,
  };
}

function columnOf({ shape, values, pieceRows = shape[0] ?? 1, rotation }: Held): DataSetColumn {
  const stored = { piece: [pieceRows, ...shape.slice(1)], codec: null };
  return { shape, dtype: dtypeOf(values), stored, ...(rotation && { rotation }) };
}

function dtypeOf(values: Held['values']): string {
  if (values instanceof Uint8Array) return '|u1';
  return values instanceof Float32Array ? '<f4' : '<f8';
}
