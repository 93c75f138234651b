/** The words for what becomes of a key. */
import { expect, it } from 'vitest';
import { addedIndices, fillText, ranges, widenedText } from '../../../engine/judge/adapt/text.js';
import type { KeyPlan } from '../../../engine/judge/adapt/types.js';

const source = {
  key: 'a',
  shape: [7],
  dtype: 'float32',
  stride: [],
  storageOffset: 0,
  storage: '0',
} as const;
const widened = (axis: number, shape: number[], from: (number | null)[]) =>
  ({
    ...{ key: 'a', dtype: 'float32', fate: 'widened', source, fill: { kind: 'constant', value: 0 } },
    ...{ axis, shape, from },
  }) as Extract<KeyPlan, { fate: 'widened' }>;

it('names what is new, as an entry, a row or a column', () => {
  expect(widenedText(widened(0, [3], [0, 1, null]))).toBe('new entry 2: zero');
  expect(widenedText(widened(0, [3, 4], [0, 1, null]))).toBe('new row 2: zero');
  expect(widenedText(widened(1, [4, 5], [0, null, null, 1, null]))).toBe('new column 1–2, 4: zero');
});

it('says so where entries only change places', () => {
  const plan = widened(1, [4, 2], [1, 0]);
  expect(addedIndices(plan)).toEqual([]);
  expect(widenedText(plan)).toBe('rearranged');
});

it.each([
  [[], ''],
  [[3], '3'],
  [[0, 1, 2, 5], '0–2, 5'],
  [[0, 2, 4], '0, 2, 4'],
])('%j as ranges', (indices, text) => expect(ranges(indices)).toBe(text));

it('tells every way to fill', () => {
  expect(fillText({ kind: 'constant', value: 1 })).toBe('1');
  expect(fillText({ kind: 'normal', std: 0.02 })).toBe('N(0, 0.02)');
  expect(fillText({ kind: 'uniform', bound: 0.125 })).toBe('uniform in ±0.125');
  expect(fillText({ kind: 'computed', values: () => new Float32Array() })).toBe('computed');
  expect(fillText({ kind: 'fitted', field: 'action', statistic: 'scale' })).toBe(
    'fitted on the new data set',
  );
});
