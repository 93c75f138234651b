import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exponential, fixed, fourDigits, precise, rounded } from '../../engine/base/numberText.js';
import { shownJson } from '../../engine/base/shown.js';
import { shownValue } from '../../engine/formats/run/metrics.js';

const ODD = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

test('what is not a number is said as what it is, and what is missing as a dash', () => {
  const writers = [
    (value: number | null | undefined) => fixed(value, 2, ' mm'),
    (value: number | null | undefined) => precise(value, 3),
    (value: number | null | undefined) => rounded(value, 3),
    (value: number | null | undefined) => exponential(value, 1),
    fourDigits,
  ];
  for (const write of writers) {
    expect(ODD.map(write)).toEqual(['NaN', 'Infinity', '-Infinity']);
    expect([null, undefined].map(write)).toEqual(['–', '–']);
  }
  expect(writers.map((write) => write(2.00049))).toEqual(['2.00 mm', '2.00', '2', '2.0e+0', '2']);
  expect(ODD.map((value) => shownValue(value, { scale: 1, digits: 1, unit: ' mm' }))).toEqual(
    ODD.map(String),
  );
});

test('a message that shows a value of a file shows NaN as NaN', () => {
  expect(shownJson([Number.NaN, Number.NEGATIVE_INFINITY, 2n ** 60n])).toBe(`[NaN,-Infinity,${2n ** 60n}]`);
});

/** They write numbers as Python does, or run in a report's page. */
const OTHERS = [
  'engine/config/python/calls.ts',
  'engine/config/python/value.ts',
  'engine/training/pythonFormat.ts',
];
const ALLOWED = new Set([...OTHERS, 'engine/base/numberText.ts', 'engine/work/report/script.ts']);

test('nothing else formats numbers by itself', async () => {
  const root = join(import.meta.dirname, '../..');
  const found: string[] = [];
  for (const part of ['engine', 'client', 'server'])
    for (const name of await readdir(join(root, part), { recursive: true })) {
      const file = `${part}/${name}`;
      if (!name.endsWith('.ts') || ALLOWED.has(file)) continue;
      if (/\.to(?:Fixed|Precision|Exponential)\(/.test(await readFile(join(root, file), 'utf8')))
        found.push(file);
    }
  expect(found).toEqual([]);
  expect(await readFile(join(root, 'engine/base/numberText.ts'), 'utf8')).toContain('.toFixed(');
});
