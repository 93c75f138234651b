/** Columns of any format: widths, dtypes, values that no data set may hold. */
import { describe, expect, test } from 'vitest';
import type { NdArray } from '../../../engine/formats/ndarray.js';
import { type ColumnSpec, readColumns } from '../../../engine/formats/recording/columns.js';

const ORIGIN = { file: '/runs/e0.hdf5', steps: 2, stepsOf: 'the length of qpos' };
const POSE: ColumnSpec = { name: 'pose', unit: 'pose', width: 7, dtype: '<f4' };
const GRIP: ColumnSpec = { name: 'grip', unit: 'opening', width: 1, dtype: '<f4' };
const TIME: ColumnSpec = { name: 'time', unit: 'seconds', width: 1, dtype: '<f8', isOptional: true };

const f8 = (shape: readonly number[], ...values: number[]): NdArray => ({
  dtype: '<f8',
  shape,
  data: new Uint8Array(Float64Array.from(values).buffer),
});
const read = (arrays: Readonly<Record<string, NdArray>>, ...specs: ColumnSpec[]) =>
  readColumns(new Map(Object.entries(arrays)), ORIGIN, specs);
const UNIT_POSES = f8([2, 7], ...[0, 0, 0, 0, 0, 0, 1], ...[0, 0, 0, 1, 0, 0, 0]);

test('what was asked for, in the dtype and the unit that were asked for', () => {
  const { columns, notes } = read(
    { pose: UNIT_POSES, grip: f8([2, 1], 0.1, 1), time: f8([2], 0.1, 0.2) },
    POSE,
    GRIP,
    TIME,
  );
  expect([...columns.keys()]).toEqual(['pose', 'grip', 'time']);
  expect(columns.get('grip')).toEqual({
    shape: [2],
    unit: 'opening',
    dtype: '<f4',
    values: Float32Array.of(0.1, 1),
  });
  expect(columns.get('time')).toMatchObject({ dtype: '<f8', values: Float64Array.of(0.1, 0.2) });
  expect(notes).toEqual([]);
});

test('an optional column may be missing, but not be wrong', () => {
  expect(read({}, TIME).columns.size).toBe(0);
  expect(() => read({ time: f8([1], 0) }, TIME)).toThrow(
    '/runs/e0.hdf5: time has shape (1), expected (2) as the length of qpos is 2',
  );
});

describe('refused', () => {
  test.each([
    ['a missing one', {}, GRIP, 'episode-arrays', 'e0.hdf5 has no array grip (it has none)'],
    [
      'another width',
      { pose: f8([2, 1], 0, 0) },
      POSE,
      'episode-arrays',
      'pose has shape (2, 1), expected (2, 7) as the length of qpos is 2',
    ],
    [
      'a column of two for one',
      { grip: f8([2, 2], 0, 0, 0, 0) },
      GRIP,
      'episode-arrays',
      'grip has shape (2, 2), expected (2) as the length of qpos is 2',
    ],
    [
      'texts',
      { grip: { dtype: '<U1', shape: [2], data: new Uint8Array(8) } },
      GRIP,
      'episode-arrays',
      'grip has dtype <U1, expected numbers',
    ],
    ['NaN', { grip: f8([2], 0, Number.NaN) }, GRIP, 'episode-values', 'grip is NaN at step 1'],
    [
      'more than a float32 holds',
      { grip: f8([2], 1e39, -1e39) },
      GRIP,
      'episode-values',
      'grip is 1e+39 (more than a float32 holds) at step 0 (2 such values in all)',
    ],
  ] as const)('%s', (_, arrays, spec, code, reason) => {
    expect(() => read(arrays, spec)).toThrow(expect.objectContaining({ code, reason, file: ORIGIN.file }));
  });
});

test('the largest float32 is taken', () => {
  const largest = 3.4028234663852886e38;
  expect(read({ time: f8([2], largest, -largest) }, TIME).columns.get('time')!.values[1]).toBe(-largest);
});

test('notes come column by column', () => {
  const { notes } = read(
    { pose: f8([2, 7], ...new Array<number>(14).fill(0)), grip: f8([2], 0, 85) },
    POSE,
    GRIP,
  );
  expect(notes).toEqual([
    'pose: 2 quaternions are not of length 1',
    'grip: values from 0 to 85, expected 0 to 1',
  ]);
});
