import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  binary,
  contains,
  integer,
  isEqual,
  isLess,
  isSame,
  isTextLess,
  isTrue,
  type PyValue,
  Refused,
  toFloat,
} from '../../../engine/config/python/ops.js';

/** What Python 3.11 gives. */
const GIVES: readonly (readonly [PyValue, string, PyValue, PyValue])[] = [
  [-7n, '//', 2n, -4n],
  [7n, '//', -2n, -4n],
  [-7n, '%', 3n, 2n],
  [7n, '%', -3n, -2n],
  [-7.5, '//', 2n, -4],
  [-7.5, '%', 2n, 0.5],
  [7.5, '%', -2n, -0.5],
  [0, '%', -3n, -0],
  [1n, '//', 0.1, 9],
  [1n, '%', 0.1, 0.09999999999999995],
  [5n, '//', -0.3, -17],
  [2n, '**', 0.5, Math.SQRT2],
  [2n, '**', -1n, 0.5],
  [0n, '**', 0n, 1n],
  [true, '+', true, 2n],
  [1n, '/', 4n, 0.25],
  [1e308, '*', 10n, Number.POSITIVE_INFINITY],
  [[1n], '+', ['a'], [1n, 'a']],
  ['ab', '*', 2n, 'abab'],
  [3n, '*', 'x', 'xxx'],
  [-1n, '*', [1n], []],
  [1n, '<<', 4n, 16n],
  [-5n, '>>', 1n, -3n],
  [6n, '&', 3n, 2n],
  [6n, '|', 3n, 7n],
  [6n, '^', 3n, 5n],
];
const shown = (value: PyValue): string => (Array.isArray(value) ? `[${value}]` : String(value));

test.each(
  GIVES.map(([a, sign, b, result]) => [`${shown(a)} ${sign} ${shown(b)}`, binary(sign, a, b), result]),
)('%s', (_, found, result) => expect(found).toStrictEqual(result));

test.each([
  [1n, '/', 0n],
  [1, '%', 0],
  [1n, '//', 0n],
  [0, '**', -1n],
  [1.5, '&', 1n],
  [1n, '<<', -1n],
  [1n, '<<', 10n ** 6n],
  [9n, '**', 9n ** 9n],
  [2n ** 4000n, '*', 2n ** 4000n],
  [10n ** 400n, '+', 0.5], // no float is as large
  [2n ** 60n, '/', 3n], // would be rounded twice
  ['a', '+', 1n],
  ['a', '*', 1.5],
  ['a', '*', 10n ** 9n],
  [null, '+', 1n],
  [[], '-', []],
] as readonly (readonly [PyValue, string, PyValue])[])('%s %s %s is refused', (a, sign, b) => {
  expect(() => binary(sign, a, b)).toThrow(Refused);
});

test('a text or a list that doubles is stopped', () => {
  const double = (value: PyValue): PyValue => double(binary('+', value, value));
  expect(() => double('ab')).toThrow(Refused);
  expect(() => double([1n])).toThrow(Refused);
});

const integers = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });

test('floor division and remainder belong together, with the sign of the divisor', () => {
  fc.assert(
    fc.property(integers, integers, (a, b) => {
      fc.pre(b !== 0n);
      const rest = binary('%', a, b) as bigint;
      expect((binary('//', a, b) as bigint) * b + rest).toBe(a);
      expect(rest === 0n || rest < 0n === b < 0n).toBe(true);
    }),
  );
});

test.each([
  [null, false],
  [false, false],
  [0n, false],
  [0, false],
  ['', false],
  [[], false],
  [Number.NaN, true],
  ['0', true],
  [[null], true],
  [-1n, true],
] as readonly (readonly [PyValue, boolean])[])('the truth of %s is %s', (value, truth) => {
  expect(isTrue(value)).toBe(truth);
});

test('numbers are equal by value, whatever their type; texts and numbers never', () => {
  expect(isEqual(1n, 1)).toBe(true);
  expect(isEqual(true, 1)).toBe(true);
  expect(isEqual([1n, [2]], [1, [2n]])).toBe(true);
  expect(isEqual(2n ** 53n + 1n, 2 ** 53)).toBe(false);
  expect(isEqual('1', 1n)).toBe(false);
  expect(isEqual(null, 0n)).toBe(false);
  expect(isEqual([1n], [1n, 2n])).toBe(false);
});

test('texts are ordered by code points, as Python orders them', () => {
  expect(isLess('a', 'b')).toBe(true);
  expect(isLess('a', 'ab')).toBe(true);
  expect(isLess('ab', 'a')).toBe(false);
  expect(isLess('\uffff', '😀')).toBe(true);
  expect(isLess('😀', '\uffff')).toBe(false);
  const codes = (text: string) => [...text].map((char) => char.codePointAt(0)!);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const [x, y] = [codes(a), codes(b)];
      const at = x.findIndex((code, i) => code !== y[i]);
      const less = at < 0 ? x.length < y.length : at < y.length && x[at]! < y[at]!;
      expect(isTextLess(a, b)).toBe(less);
    }),
  );
});

test('order holds among numbers of any type, and nothing else', () => {
  expect(isLess(1n, 1.5)).toBe(true);
  expect(isLess(false, 1n)).toBe(true);
  expect(isLess(1n, Number.NaN)).toBe(false);
  expect(() => isLess('a', 1n)).toThrow(Refused);
  expect(() => isLess([1n], [2n])).toThrow(Refused);
});

test('in: entries of a list by value, pieces of a text', () => {
  expect(contains([1n, 'a'], 1)).toBe(true);
  expect(contains([1n, 'a'], 'b')).toBe(false);
  expect(contains('cat', 'at')).toBe(true);
  expect(() => contains('cat', 1n)).toThrow(Refused);
  expect(() => contains(5n, 1n)).toThrow(Refused);
});

test('identity is known of null, true and false alone', () => {
  expect(isSame(null, null)).toBe(true);
  expect(isSame(true, false)).toBe(false);
  expect(isSame(1n, null)).toBe(false);
  expect(() => isSame(1n, 1n)).toThrow(Refused);
});

test('an int where an int belongs, a float of an int that has one', () => {
  expect(integer(true)).toBe(1n);
  expect(() => integer(1)).toThrow(Refused);
  expect(() => integer('1')).toThrow(Refused);
  expect(toFloat(3n)).toBe(3);
  expect(() => toFloat(10n ** 400n)).toThrow(Refused);
});
