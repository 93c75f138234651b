/** Numbers for people. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duration, fileSize, fixed, percent, plain, short, whole } from '../../../client/webview/format.js';
import { propertyRuns } from '../../propertyRuns.js';

describe('duration', () => {
  test.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [3569, '59 min'],
    [3580, '1 h 00 min'],
    [3 * 3600 + 7 * 60, '3 h 07 min'],
    [48 * 3600, '2 d 0 h'],
    [75 * 3600, '3 d 3 h'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('%d seconds: %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

test.each([
  [12_345, '12\u2009345'],
  [999.6, '1\u2009000'],
  [0, '0'],
  [-1234, '-1\u2009234'],
])('whole %d: %s', (value, text) => {
  expect(whole(value)).toBe(text);
});

test.each([
  [0, '0'],
  [1500, '1500'],
  [15_000, '15k'],
  [12_345, '12.35k'],
  [2_500_000, '2.5M'],
  [999_940, '999.9k'],
  [999_960, '1M'],
  [-20_000, '-20k'],
])('short %d: %s', (value, text) => {
  expect(short(value)).toBe(text);
});

test.each([
  [0, '0 %'],
  [0.999, '99 %'],
  [1, '100 %'],
  [1.2, '100 %'],
  [-1, '0 %'],
])('percent %d: %s', (part, text) => {
  expect(percent(part)).toBe(text);
});

test.each([
  [-1.5, 2, '−1.50'],
  [null, 3, '–'],
  [Number.NaN, 1, 'NaN'],
  [Number.NEGATIVE_INFINITY, 1, '−Infinity'],
])('fixed %d: %s', (value, digits, text) => {
  expect(fixed(value, digits)).toBe(text);
});

test.each([
  [0, '0'],
  [0.5, '0.5'],
  [123.456, '123.5'],
  [0.00012, '1.20e−4'],
  [-2e6, '−2.00e+6'],
  [null, '–'],
  [Number.NaN, 'NaN'],
])('plain %d: %s', (value, text) => {
  expect(plain(value)).toBe(text);
});

describe('fileSize', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '2 kB'],
    [323e6, '323 MB'],
    [999_600, '1 MB'],
    [999_700_000, '1.0 GB'],
    [1.26e9, '1.3 GB'],
  ])('%d: %s', (bytes, text) => {
    expect(fileSize(bytes)).toBe(text);
  });

  test('never a thousand of a unit that has a larger one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_000_000_000 }), (bytes) => {
        expect(Number.parseFloat(fileSize(bytes))).toBeLessThan(1000);
      }),
      { numRuns: propertyRuns(0.5) },
    );
  });
});
