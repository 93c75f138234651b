import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Plain, PyFloat } from '../../../engine/base/plain.js';
import { pythonText, samePlain } from '../../../engine/config/python/value.js';

/** What Python's `str` gives. */
const TEXTS: readonly (readonly [Plain, string])[] = [
  ['a', 'a'],
  [null, 'None'],
  [true, 'True'],
  [false, 'False'],
  [7, '7'],
  [2n ** 70n, '1180591620717411303424'],
  [new PyFloat(1), '1.0'],
  [new PyFloat(-0), '-0.0'],
  [new PyFloat(1e15), '1000000000000000.0'],
  [new PyFloat(1e16), '1e+16'],
  [new PyFloat(1.5e300), '1.5e+300'],
  [123456.7, '123456.7'],
  [1e-4, '0.0001'],
  [1e-5, '1e-05'],
  [5e-324, '5e-324'],
  [0.000123456, '0.000123456'],
  [1.2345e-7, '1.2345e-07'],
  [Number.NaN, 'nan'],
  [Number.NEGATIVE_INFINITY, '-inf'],
  [['a', null, new PyFloat(2)], "['a', None, 2.0]"],
  [{ a: [1], b: {} }, "{'a': [1], 'b': {}}"],
  [["it's"], '["it\'s"]'],
  [['"'], "['\"']"],
  [['it\'s "'], "['it\\'s \"']"],
  [['a\\b\n\t\r'], "['a\\\\b\\n\\t\\r']"],
  [['\0\x1b\x7f\x85\xa0\xad'], "['\\x00\\x1b\\x7f\\x85\\xa0\\xad']"],
  [['\u2028\ufeff\ue000\ud800é😀'], "['\\u2028\\ufeff\\ue000\\ud800é😀']"],
  [['\u{e0001}'], "['\\U000e0001']"],
];

test.each(TEXTS)('%s', (value, text) => expect(pythonText(value)).toBe(text));

test('a text stays as it is, whatever is in it', () => {
  expect(pythonText("it's\0\n")).toBe("it's\0\n");
});

test('any float is read back from its text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = pythonText(new PyFloat(value));
      expect(Number(text)).toBe(value);
      expect(text).toMatch(/^-?\d+\.\d+$|^-?\d(?:\.\d+)?e[-+]\d\d+$/);
    }),
  );
});

test.each([
  [1, true, true],
  [1, new PyFloat(1), true],
  [2n ** 53n, 2 ** 53, true],
  [2n ** 53n + 1n, 2 ** 53, false],
  ['1', 1, false],
  [null, 0, false],
  [null, null, true],
  [[1, [2]], [new PyFloat(1), [2n]], true],
  [[1], [1, 2], false],
  [[1], { '0': 1 }, false],
  [{ a: 1, b: 2 }, { b: 2, a: true }, true], // the order of keys does not count
  [{ a: 1 }, { a: 1, b: null }, false],
  [{ a: 1, b: 1 }, { a: 1, toString: 1 }, false],
  [Number.NaN, Number.NaN, false],
] as readonly (readonly [Plain, Plain, boolean])[])('%s == %s: %s', (a, b, same) => {
  expect(samePlain(a, b)).toBe(same);
  expect(samePlain(b, a)).toBe(same);
});
