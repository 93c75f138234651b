import { expect, test } from 'vitest';
import { duration, fixed, plain } from '../../../client/webview/format.js';

test('a page shows what is no number as what it is, and what is missing as a dash', () => {
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  expect([...odd, null].map(plain)).toEqual(['NaN', 'Infinity', '−Infinity', '–']);
  expect([...odd, null].map((value) => fixed(value, 1))).toEqual(['NaN', 'Infinity', '−Infinity', '–']);
  expect(odd.map(duration)).toEqual(['–', '–', '–']);
});
