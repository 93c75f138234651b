import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smoothedValues, smoothingSpan } from '../../../engine/formats/run/smoothing.js';

test.each([
  [0, 5],
  [250, 5],
  [1000, 20],
])('%d points are smoothed over %d', (points, span) => expect(smoothingSpan(points)).toBe(span));

test('the start has no bias, and the newest weighs as the span says', () => {
  expect([...smoothedValues([4], 5)]).toEqual([4]);
  expect([...smoothedValues([0, 1], 3)].map((value) => Number(value.toFixed(6)))).toEqual([0, 0.666667]);
  expect([...smoothedValues([], 5)]).toEqual([]);
});

test('values that are not finite are passed over', () => {
  expect([...smoothedValues([Number.NaN, 2, Number.POSITIVE_INFINITY, 2], 5)]).toEqual([Number.NaN, 2, 2, 2]);
});

test('it lies between the least and the largest value so far, and a constant stays', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 }),
      fc.integer({ min: 5, max: 99 }),
      (values, span) => {
        const line = smoothedValues(values, span);
        for (const [i, value] of line.entries()) {
          const seen = values.slice(0, i + 1);
          expect(value).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-6);
          expect(value).toBeLessThanOrEqual(Math.max(...seen) + 1e-6);
        }
        expect(
          smoothedValues(
            values.map(() => 7),
            span,
          ).every((value) => Math.abs(value - 7) < 1e-9),
        ).toBe(true);
      },
    ),
  );
});
