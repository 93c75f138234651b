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
const widened = (
  axis: number,
  shape: number[],
  from: (number | null)[],
  old = from.filter((at) => at !== null).length,
) =>
  ({
    ...{ key: 'a', dtype: 'float32', fate: 'widened', fill: { kind: 'constant', value: 0 } },
    source: { ...source, shape: shape.map((size, at) => (at === axis ? old : size)) },
    ...{ axis, shape, from },
  }) as Extract<KeyPlan, { fate: 'widened' }>;

it('names what is new, as an entry, a row or a column', () => {
  expect(widenedText(widened(0, [3], [0, 1, null]))).toBe('new entry 2: zero');
  expect(widenedText(widened(0, [3, 4], [0, 1, null]))).toBe('new row 2: zero');
  expect(widenedText(widened(1, [4, 5], [0, null, null, 1, null]))).toBe('new columns 1–2, 4: zero');
});

it('names are told with what is new', () => {
  const plan = widened(1, [4, 3], [0, 1, null]);
  const names = [
    { name: 'pose', start: 0, width: 2 },
    { name: 'gripper', start: 2, width: 1 },
  ];
  expect(widenedText({ ...plan, names })).toBe('new column 2 (gripper): zero');
  const swapped = widened(1, [4, 3], [1, 2, 0]);
  expect(widenedText({ ...swapped, names })).toBe('columns 0–1 (pose) ← old 1–2, 2 (gripper) ← old 0');
});

it('says so where entries change places, and which while they are few', () => {
  const plan = widened(1, [4, 2], [1, 0]);
  expect(addedIndices(plan)).toEqual([]);
  expect(widenedText(plan)).toBe('columns 0 ← old 1, 1 ← old 0');
  expect(widenedText(widened(0, [4, 2], [2, 3, null, 0, 1]))).toBe(
    'rows 0–1 ← old 2–3, 3–4 ← old 0–1, new row 2: zero',
  );
  expect(widenedText(widened(0, [6], [5, 4, 3, 2, 1, 0]))).toBe('rearranged');
});

it('what moves up behind something new keeps its order, and needs no words', () =>
  expect(widenedText(widened(1, [4, 4], [null, 0, 1, 2]))).toBe('new column 0: zero'));

it('says what is dropped', () => {
  expect(widenedText(widened(1, [4, 2], [0, 2], 4))).toBe('old columns 1, 3 dropped');
  expect(widenedText(widened(0, [2], [0, null], 2))).toBe('old entry 1 dropped, new entry 1: zero');
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
