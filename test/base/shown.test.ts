import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PyFloat } from '../../engine/base/plain.js';
import {
  onOneLine,
  printable,
  shownJson,
  shownLine,
  shownName,
  sizeText,
  valueText,
} from '../../engine/base/shown.js';

test.each([
  ['a\x1b[31mb', 'a\\x1b[31mb'],
  ['a\tb\nc', 'a\tb\nc'], // line feeds and tabs stay
  ['a\rb', 'a\\x0db'],
  ['\u009b31m', '\\x9b31m'],
  ['\u202egnp.exe', '\\u202egnp.exe'],
  ['é😀', 'é😀'],
])('printable %j', (text, shown) => expect(printable(text)).toBe(shown));

test.each([
  ['a\nb', 'a\\x0ab'],
  ['a\u2028b', 'a\\u2028b'],
  ['a b', 'a b'],
  ['\ud800', '\\ud800'], // half of a pair
  ['\u{e0041}', '\\u{e0041}'], // a tag, which nobody sees
  ['a\u200bb', 'a\\u200bb'],
])('on one line %j', (text, shown) => expect(onOneLine(text)).toBe(shown));

test('a name is one word, and an empty one is seen', () => {
  expect(shownName('a b\u3000c')).toBe('a\\x20b\\u3000c');
  expect(shownName('')).toBe('""');
  expect(shownName('model.head.weight')).toBe('model.head.weight');
});

test('what is longer than a line is cut, and says so', () => {
  for (const shown of [shownLine, shownName]) {
    expect(shown('k'.repeat(200))).toBe('k'.repeat(200));
    expect(shown('k'.repeat(201))).toBe(`${'k'.repeat(199)}…`);
    expect(shown('\0'.repeat(1e6)).length).toBe(200);
  }
  expect(onOneLine('k'.repeat(1000))).toHaveLength(1000);
});

test('nothing that steers a terminal or hides comes through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(onOneLine(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(shownName(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u);
      expect(printable(text)).not.toMatch(/(?![\n\t])[\p{Cc}\u2066-\u2069\u202a-\u202e]/u);
      expect(onOneLine(onOneLine(text))).toBe(onOneLine(text));
    }),
    { numRuns: 200 },
  );
});

test.each([
  [0, '0 kB'],
  [1, '1 kB'],
  [12_000, '12 kB'],
  [999_000, '999 kB'],
  [999_001, '1 MB'],
  [1e6, '1 MB'],
  [214e6, '214 MB'],
  [999.6e6, '1.0 GB'],
  [1e9, '1.0 GB'],
  [2.62e9, '2.6 GB'],
])('%d bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));

test.each([
  [undefined, 'missing'],
  [null, 'null'],
  ['a', '"a"'],
  [[1, Number.NaN, Number.NEGATIVE_INFINITY], '[1,NaN,-Infinity]'],
  [{ lr: new PyFloat(1), n: 2n ** 60n }, '{"lr":1.0,"n":1152921504606846976}'],
])('the value %s is shown as %s', (value, text) => {
  expect(valueText(value)).toBe(text);
  expect(shownJson(value)).toBe(text);
});

test('a value in a message is short and tame, whatever its size and depth', () => {
  expect(shownJson('x'.repeat(1e5))).toHaveLength(80);
  expect(shownJson(['\u202e'])).toBe('["\\u202e"]');
  let deep: unknown[] = [];
  for (let level = 0; level < 1e5; level += 1) deep = [deep];
  expect(shownJson(deep)).toMatch(/nested/);
});
