/** The number columns of one episode, checked: of the episode's length and width, finite, within what a float32 holds. */
import { basename } from 'node:path';
import { countText } from '../../base/counted.js';
import type { NdArray } from '../ndarray.js';
import { toNumbers } from '../numbers.js';
import { type RecordedColumn, RecordingError, type Unit } from '../recording.js';
import { notesOn } from './columnNotes.js';

export interface ColumnSpec {
  /** Of the array, and of the column. */
  readonly name: string;
  readonly unit: Unit;
  /** Numbers per step; a column of 1 may be (N,) or (N, 1). */
  readonly width: number;
  readonly dtype: RecordedColumn['dtype'];
  readonly isOptional?: boolean;
}

interface ColumnOrigin {
  /** Of which the arrays are. */
  readonly file: string;
  readonly steps: number;
  /** What says how many steps there are: `n_steps of meta.json`. */
  readonly stepsOf: string;
}

/** Throws `episode-arrays` or `episode-values` at the first that is wrong. */
export function readColumns(
  arrays: ReadonlyMap<string, NdArray>,
  origin: ColumnOrigin,
  specs: readonly ColumnSpec[],
): { readonly columns: ReadonlyMap<string, RecordedColumn>; readonly notes: readonly string[] } {
  const columns = new Map<string, RecordedColumn>();
  const notes: string[] = [];
  for (const spec of specs) {
    const numbers = numbersOf(arrays, origin, spec);
    if (numbers === undefined) continue;
    columns.set(spec.name, columnOf(spec, origin.steps, numbers));
    notes.push(...notesOn(spec.name, spec.unit, numbers));
  }
  return { columns, notes };
}

function columnOf({ width, unit, dtype }: ColumnSpec, steps: number, numbers: Float64Array): RecordedColumn {
  const shape = width === 1 ? [steps] : [steps, width];
  return dtype === '<f4'
    ? { shape, unit, dtype, values: Float32Array.from(numbers) }
    : { shape, unit, dtype, values: numbers };
}

function numbersOf(
  arrays: ReadonlyMap<string, NdArray>,
  { file, steps, stepsOf }: ColumnOrigin,
  { name, width, isOptional = false }: ColumnSpec,
): Float64Array | undefined {
  const array = arrays.get(name);
  if (array === undefined && isOptional) return undefined;
  if (array === undefined) {
    const names = [...arrays.keys()].join(', ') || 'none';
    throw new RecordingError(
      'episode-arrays',
      file,
      `${basename(file)} has no array ${name} (it has ${names})`,
    );
  }
  const expected = width === 1 ? [steps] : [steps, width];
  const shape = width === 1 && array.shape[1] === 1 ? array.shape.slice(0, 1) : array.shape;
  if (shape.join() !== expected.join()) {
    const found = `${name} has shape (${array.shape.join(', ')}), expected (${expected.join(', ')})`;
    throw new RecordingError('episode-arrays', file, `${found} as ${stepsOf} is ${steps}`);
  }
  const numbers = toNumbers(array);
  if (numbers === undefined)
    throw new RecordingError('episode-arrays', file, `${name} has dtype ${array.dtype}, expected numbers`);
  const unfit = numbers.findIndex(isUnfit);
  if (unfit < 0) return numbers;
  throw new RecordingError('episode-values', file, valueFault(name, width, numbers, unfit));
}

/** `action is NaN at step 3, column 2 (6 such values in all)`: not a number that a data set may hold. */
function valueFault(name: string, width: number, numbers: Float64Array, first: number): string {
  const column = width === 1 ? '' : `, column ${first % width}`;
  const count = numbers.filter(isUnfit).length;
  const others = count === 1 ? '' : ` (${countText(count)} such values in all)`;
  const range = Number.isFinite(numbers[first]!) ? ' (more than a float32 holds)' : '';
  return `${name} is ${numbers[first]}${range} at step ${Math.floor(first / width)}${column}${others}`;
}

function isUnfit(value: number): boolean {
  return !Number.isFinite(value) || Math.abs(value) > MAX_FLOAT32;
}

/** Beyond it a float32 becomes infinite. */
const MAX_FLOAT32 = 3.4028234663852886e38;
