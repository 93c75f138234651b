/** LeRobot's JSON as values: nothing is lost, and what is crafted is refused. */
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText } from '../../../engine/base/jsonText.js';
import { PyFloat } from '../../../engine/base/plain.js';
import { parseJsonText, readJsonMap } from '../../../engine/formats/lerobot/json.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const parse = (text: string) => parseJsonText(text, 'a.json');

test('floats stay floats and integers keep their digits', () => {
  expect(parse('[1, 1.0, 1e-08, 1E2, -0.0, 9007199254740993, NaN, -Infinity]')).toEqual([
    1,
    new PyFloat(1),
    1e-8,
    new PyFloat(100),
    new PyFloat(-0),
    9007199254740993n,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
  ]);
  expect(jsonText(parse('{"crop_ratio": 1.0, "horizon": 16}'))).toBe('{"crop_ratio":1.0,"horizon":16}');
});

test('whatever JSON can say is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(0, 1, 4), (text, indent) => {
      const again = JSON.stringify(JSON.parse(text), null, indent);
      const plain = JSON.stringify(parse(again), (_, value) =>
        typeof value === 'bigint' ? Number(value) : value,
      );
      expect(JSON.parse(plain)).toEqual(JSON.parse(again));
    }),
    { numRuns: 300 },
  );
});

test('a key of a prototype is a key', () => {
  const value = parse('{"__proto__": {"type": "act"}, "constructor": 1}') as object;
  expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test.each([
  ['', 'lacks a value'],
  ['{"a": 1', 'lacks a comma or }'],
  ['{"a": 1,}', 'lacks a key in quotes'],
  ['{"a" 1}', 'lacks a colon'],
  ['[1] 2', 'has more text behind its value'],
  ['[01]', 'lacks a comma or ]'],
  ['"a', 'ends inside a string'],
  ['"\\q"', 'has a string that is not JSON'],
  ['{"a": 1, "a": 2}', 'has the key a twice'],
  ['['.repeat(100_000), 'is nested more than 64 deep'],
])('%.20s is refused: %s', (text, message) => {
  expect(() => parse(text)).toThrow(message);
});

test('an error names the line', () => {
  expect(() => parse('{\n"a": 1,\n"a": 2}')).toThrow('a.json:3: has the key a twice');
});

test('only a regular file of a bounded size is read, and only an object', async () => {
  const file = folder.path('config.json');
  await expect(readJsonMap(folder.path())).rejects.toThrow('is not a regular file');
  writeFileSync(file, Buffer.alloc(9 * 2 ** 20, ' '));
  await expect(readJsonMap(file)).rejects.toThrow('more than the limit');
  writeFileSync(file, Buffer.from([0x22, 0xff, 0x22]));
  await expect(readJsonMap(file)).rejects.toThrow('is not UTF-8 text');
  writeFileSync(file, '[]');
  await expect(readJsonMap(file)).rejects.toThrow('is not a JSON object');
  writeFileSync(file, `﻿{"type": "act"}`);
  expect(await readJsonMap(file)).toEqual({ type: 'act' });
});
