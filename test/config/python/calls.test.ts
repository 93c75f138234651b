import { expect, test } from 'vitest';
import { call, floatOf, truncated } from '../../../engine/config/python/calls.js';
import { type PyValue, Refused } from '../../../engine/config/python/ops.js';

/** What Python 3.11 gives. */
const GIVES: readonly (readonly [string, readonly PyValue[], PyValue])[] = [
  ['round', [5n, null], 5n],
  ['round', [2.5, null], 2n],
  ['round', [-2.5], -2n],
  ['round', [0.5], 0n],
  ['round', [1.5], 2n],
  ['round', [2.4], 2n],
  ['round', [15n, -1n], 20n],
  ['round', [25n, -1n], 20n],
  ['round', [-15n, -1n], -20n],
  ['round', [7n, 3n], 7n],
  ['round', [2.5, 0n], 2],
  ['round', [-0.4, 0n], -0],
  ['round', [2.675, 2n], 2.67],
  ['round', [0.125, 2n], 0.12],
  ['round', [1e14, 2n], 1e14],
  ['round', [true], 1n],
  ['len', ['😀'], 1n],
  ['len', [[1n, 2n]], 2n],
  ['len', [''], 0n],
  ['sum', [[1n, 2.5, true]], 4.5],
  ['sum', [[]], 0n],
  ['min', [[3n, 1n, 2n]], 1n],
  ['max', ['b', 'a'], 'b'],
  ['max', [1n, 1], 1n], // the first of equal ones, with its type
  ['min', [true, 1n], true],
  ['abs', [-2.5], 2.5],
  ['abs', [-(2n ** 70n)], 2n ** 70n],
  ['abs', [true], 1n],
  ['pow', [2n, 10n], 1024n],
  ['bool', [''], false],
  ['bool', [[0n]], true],
  ['int', ['1_0'], 10n],
  ['int', [' -7 '], -7n],
  ['int', ['+7'], 7n],
  ['int', [-2.9], -2n],
  ['int', [1e20], 100000000000000000000n],
  ['int', [false], 0n],
  ['float', [3n], 3],
  ['float', ['1_0.5'], 10.5],
  ['float', ['.5'], 0.5],
  ['float', ['5.'], 5],
  ['float', [' 1E3 '], 1000],
  ['float', ['-Infinity'], Number.NEGATIVE_INFINITY],
  ['float', ['+inf'], Number.POSITIVE_INFINITY],
  ['float', ['NaN'], Number.NaN],
];

test.each(GIVES)('%s of %s', (name, args, result) => expect(call(name, args)).toStrictEqual(result));

test.each([
  ['open', ['/etc/passwd']],
  ['toString', []],
  ['__proto__', []],
  ['len', []],
  ['len', [1n]],
  ['len', [[], []]],
  ['max', []],
  ['max', [[]]],
  ['max', [1n]],
  ['max', ['a', 1n]],
  ['sum', [['a']]],
  ['sum', [1n, 2n]],
  ['pow', [2n]],
  ['pow', [2n, 3n, 5n]],
  ['round', []],
  ['round', [1n, 2n, 3n]],
  ['round', ['1']],
  ['round', [Number.POSITIVE_INFINITY]],
  ['round', [1.5, 400n]], // where a tie could not be seen
  ['round', [1.5, -1n]],
  ['round', [1n, -1000n]],
  ['round', [1e16, 1n]],
  ['int', ['1.5']],
  ['int', ['1__0']],
  ['int', ['']],
  ['int', ['9'.repeat(5000)]],
  ['int', [Number.NaN]],
  ['int', [null]],
  ['float', ['1e']],
  ['float', ['0x10']],
  ['float', ['infinit']],
  ['abs', ['-1']],
] as readonly (readonly [string, readonly PyValue[]])[])('%s of %s is refused', (name, args) => {
  expect(() => call(name, args)).toThrow(Refused);
});

test('the numbers of other values, as casts take them', () => {
  expect(truncated('12')).toBe(12n);
  expect(truncated(true)).toBe(1n);
  expect(floatOf(true)).toBe(1);
  expect(() => floatOf([])).toThrow(Refused);
});
