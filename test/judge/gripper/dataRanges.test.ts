/** The range of each column, of its finite values, and where the first that is not finite stands. */
import { expect, test } from 'vitest';
import { rangesOf } from '../../../engine/judge/gripper/dataRanges.js';
import { memoryDataSet } from '../../formats/memoryDataSet.js';

const ranges = (
  values: Float32Array | Float64Array,
  width: number,
  pieceRows?: number,
  seen?: (value: number) => void,
) => {
  const steps = values.length / width;
  const held = { shape: [steps, width], values, ...(pieceRows === undefined ? {} : { pieceRows }) };
  return rangesOf(memoryDataSet({ a: held }, [steps]), 'a', width, seen, undefined);
};

test('column by column, also over several blocks', async () => {
  const values = Float32Array.from({ length: 4000 }, (_, k) => (k % 2 === 0 ? k : -k));
  expect(await ranges(values, 2, 1)).toEqual([
    { min: 0, max: 3998, notFinite: 0 },
    { min: -3999, max: -1, notFinite: 0 },
  ]);
});

test('NaN and infinity are counted, and do not widen the range', async () => {
  const values = Float64Array.of(1, NaN, 2, Infinity, 3, -Infinity, 4, 5);
  expect(await ranges(values, 2)).toEqual([
    { min: 1, max: 4, notFinite: 0 },
    { min: 5, max: 5, notFinite: 3, firstNotFinite: 0 },
  ]);
});

test('a double that float32 cannot hold is infinite to training', async () => {
  expect(await ranges(Float64Array.of(1, 1e300), 1)).toEqual([
    { min: 1, max: 1, notFinite: 1, firstNotFinite: 1 },
  ]);
});

test('without a finite value there is no range', async () => {
  expect(await ranges(Float32Array.of(NaN), 1)).toEqual([
    { min: null, max: null, notFinite: 1, firstNotFinite: 0 },
  ]);
  expect(await ranges(new Float32Array(0), 1)).toEqual([{ min: null, max: null, notFinite: 0 }]);
});

test('the last value of each step is told', async () => {
  const seen: number[] = [];
  await ranges(Float32Array.of(1, 2, 3, 4), 2, 1, (value) => seen.push(value));
  expect(seen).toEqual([2, 4]);
});
