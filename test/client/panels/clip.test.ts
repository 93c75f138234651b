/** Texts and numbers that a page is told. */
import { expect, test } from 'vitest';
import { clipped, finiteOrNull } from '../../../client/panels/clip.js';

test.each([
  ['short', 'short'],
  ['x'.repeat(4000), 'x'.repeat(4000)],
  ['x'.repeat(4001), `${'x'.repeat(4000)}…`],
  ['', ''],
])('a text is cut behind 4,000 characters', (text, expected) => {
  expect(clipped(text)).toBe(expected);
});

test.each([
  [0, 0],
  [-1.5, -1.5],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
  [undefined, null],
])('%d is told as %j', (value, expected) => {
  expect(finiteOrNull(value)).toBe(expected);
});
