import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Point, smoothed, thinned } from '../../../engine/work/report/curves.js';

const points = (values: readonly number[]): Point[] => values.map((y, x) => ({ x, y, epoch: undefined }));

describe('thinning', () => {
  test('keeps both ends, the highest, the lowest, and the order, in at most two points a column', () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 400,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 40 }), (all, columns) => {
        const kept = thinned(points(all), columns);
        const ys = kept.map((point) => point.y);
        expect(kept.length).toBeLessThanOrEqual(2 * columns + 4);
        expect([kept[0]!.x, kept.at(-1)!.x]).toEqual([0, all.length - 1]);
        expect([Math.min(...ys), Math.max(...ys)]).toEqual([Math.min(...all), Math.max(...all)]);
        expect(kept.every((point, i) => i === 0 || point.x > kept[i - 1]!.x)).toBe(true);
      }),
    );
  });

  test('keeps the place of a value that is not finite', () => {
    const all = points(Array.from({ length: 1000 }, (_, i) => (i === 500 ? Number.NaN : 1)));
    expect(
      thinned(all, 10)
        .filter((point) => Number.isNaN(point.y))
        .map((point) => point.x),
    ).toEqual([500]);
  });
});

describe('smoothing', () => {
  test('weighs the newest by 2 / (span + 1), without a bias at the start', () => {
    // Span 3: weights 1/2, 1/4, 1/8 from the newest, divided by their sum.
    const [a, b, c] = smoothed(points([4, 1, 2]), 3);
    expect([a!.y, b!.y, c!.y]).toEqual([4, 2, expect.closeTo((2 / 2 + 1 / 4 + 4 / 8) / (7 / 8), 12)]);
  });

  test('passes over what is not finite', () => {
    expect(smoothed(points([2, Number.NaN, 2]), 5).map((point) => point.y)).toEqual([2, 2, 2]);
  });
});
