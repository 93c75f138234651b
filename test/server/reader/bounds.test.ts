/** What a request may ask for. */
import { expect, test } from 'vitest';
import { isIndex, isRange, requirePoints } from '../../../server/reader/bounds.js';
import { MAX_POINTS } from '../../../server/reader/decimate.js';

test.each([
  [0, 3, true],
  [2, 3, true],
  [3, 3, false],
  [-1, 3, false],
  [0.5, 3, false],
  [Number.NaN, 3, false],
  [0, 0, false],
])('index %d of %d: %j', (index, length, expected) => {
  expect(isIndex(index, length)).toBe(expected);
});

test.each([
  [0, 3, 3, true],
  [2, 2, 3, true],
  [3, 3, 3, true],
  [0, 4, 3, false],
  [2, 1, 3, false],
  [-1, 1, 3, false],
  [0, 1.5, 3, false],
  [Number.NaN, 1, 3, false],
])('%d … %d of %d: %j', (from, to, length, expected) => {
  expect(isRange(from, to, length)).toBe(expected);
});

test.each([2, MAX_POINTS])('%d points are given', (points) => {
  expect(() => requirePoints('/a', points)).not.toThrow();
});

test.each([1, 0, -3, 2.5, MAX_POINTS + 1, Number.POSITIVE_INFINITY])('%d points are refused', (points) => {
  expect(() => requirePoints('/a.zarr', points)).toThrow(
    expect.objectContaining({ code: 'reader-request', file: '/a.zarr' }),
  );
});
