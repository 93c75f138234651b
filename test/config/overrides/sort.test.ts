import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { sortedValues } from '../../../engine/config/overrides/sort.js';
import { type OverrideValue, scalarOf } from '../../../engine/config/overrides/value.js';
import { Refused } from '../../../engine/config/python/ops.js';
import type { Scalar } from '../../../engine/config/yaml/scalar.js';

type Shown = Scalar | readonly Shown[];
const made = (value: Shown): OverrideValue =>
  Array.isArray(value) ? { kind: 'list', items: value.map(made) } : scalarOf(value as Scalar);
const shown = (value: OverrideValue): unknown =>
  value.kind === 'list' ? value.items.map(shown) : value.kind === 'scalar' ? value.value : value.kind;
const sorted = (values: readonly Shown[], reverse = false) =>
  sortedValues(values.map(made), reverse).map(shown);

/** What Hydra 1.3.8 gives. */
test.each([
  [
    [3, 1, 2],
    [1, 2, 3],
  ],
  [
    [true, 0.5, 2],
    [0.5, true, 2],
  ],
  [
    [2n ** 60n, new PyFloat(2), -1],
    [-1, new PyFloat(2), 2n ** 60n],
  ],
  [
    ['b', 'a', 'ab', ''],
    ['', 'a', 'ab', 'b'],
  ],
  [
    [[2], [1, 5]],
    [[1, 5], [2]],
  ],
  [
    [[1, 0], [1]],
    [[1], [1, 0]],
  ],
  [
    [
      [1, 'b'],
      [1, 'a'],
    ],
    [
      [1, 'a'],
      [1, 'b'],
    ],
  ],
  [[], []],
] as readonly (readonly [readonly Shown[], readonly Shown[]])[])('%s', (values, result) => {
  expect(sorted(values)).toEqual(result);
});

test('texts come by code points', () => {
  expect(sorted(['😀', '\uffff'])).toEqual(['\uffff', '😀']);
});

test('equal ones keep their order, also backwards', () => {
  expect(sorted([true, 1, new PyFloat(1)])).toEqual([true, 1, new PyFloat(1)]);
  expect(sorted([2, true, 1], true)).toEqual([2, true, 1]);
});

test.each([[['b', 1]], [[null, 1]], [[[1], 1]], [[['a'], [1]]]] as readonly (readonly [readonly Shown[]])[])(
  '%s cannot be compared',
  (values) => {
    expect(() => sorted(values)).toThrow(Refused);
  },
);

test('quoted texts cannot be compared, alone they can stay', () => {
  const texts = [scalarOf('b', "'"), scalarOf('a', "'")];
  expect(() => sortedValues(texts, false)).toThrow(Refused);
  expect(sortedValues(texts.slice(0, 1), false)).toEqual(texts.slice(0, 1));
});

test('numbers come in ascending order, each as often as before', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (values) => {
      expect(sorted(values)).toEqual([...values].sort((a, b) => a - b));
      expect(sorted(values, true)).toEqual([...values].sort((a, b) => b - a));
    }),
  );
});
