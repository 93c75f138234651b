import { expect, test } from 'vitest';
import { FIRST_STEPS, looksFromScratch } from '../../../engine/formats/run/fromScratch.js';

test.each([
  ['losses of unit noise', [1.02, 1.07, 1.05, 1.03, 1.06], true],
  ['inherited weights', [0.28, 0.1, 0.08, 0.05, 0.04], false],
  ['one that is high by chance', [1.1, 0.2, 0.2, 0.2, 0.1], false],
  ['one that is low by chance', [1, 1, 1, 1, 0.1], true],
  ['losses far above', [50, 40, 30, 20, 10], false],
  ['losses that are not numbers', [Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN], false],
])('%s', (_, losses, expected) => expect(looksFromScratch(losses)).toBe(expected));

test('only the first steps count, and too few say nothing', () => {
  const first = new Array<number>(FIRST_STEPS).fill(1);
  expect(looksFromScratch([...first, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01])).toBe(true);
  expect(looksFromScratch(first.slice(1))).toBeUndefined();
  expect(looksFromScratch([])).toBeUndefined();
});
