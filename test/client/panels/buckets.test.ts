/** Curves as buckets: no peak is lost, however the points come. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Buckets, MAX_BUCKETS } from '../../../client/panels/buckets.js';
import { Columns } from '../../../client/panels/columns.js';

function columnsOf(values: readonly number[]): Columns {
  const points = new Columns();
  for (const [x, y] of values.entries()) points.push(x, y);
  return points;
}

function bucketsOf(points: Columns): ReturnType<Buckets['slice']> {
  const buckets = new Buckets(points);
  buckets.extend();
  return buckets.slice(0);
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });

describe('buckets of a curve', () => {
  test('hold at most as many as a screen has columns, and the highest and lowest value in their places', () => {
    const places = fc.tuple(fc.nat(99_999), fc.nat(99_999)).filter(([a, b]) => a !== b);
    fc.assert(
      fc.property(places, fc.integer({ min: 3, max: 100_000 }), ([high, low], length) => {
        fc.pre(high < length && low < length);
        const points = columnsOf(Array.from({ length }, (_, i) => (i === high ? 9 : i === low ? -9 : i % 7)));
        const { x0, x1, first, second } = bucketsOf(points);
        expect(x0.length).toBeLessThanOrEqual(MAX_BUCKETS);
        expect(x0.length).toBeGreaterThanOrEqual(Math.min(length, MAX_BUCKETS / 2));
        expect([x0[0], x1.at(-1)]).toEqual([0, length - 1]);
        for (const [place, value] of [
          [high, 9],
          [low, -9],
        ] as const) {
          const bucket = x0.findIndex((from, i) => from <= place && place <= x1[i]!);
          expect([first[bucket], second[bucket]]).toContain(value);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('tell the order of the two extremes', () => {
    const points = columnsOf(Array.from({ length: MAX_BUCKETS * 2 }, (_, i) => i));
    const { first, second } = bucketsOf(points);
    expect([first[0], second[0], first[5], second[5]]).toEqual([0, 1, 10, 11]);
    const falling = bucketsOf(columnsOf(Array.from({ length: MAX_BUCKETS * 2 }, (_, i) => -i)));
    expect([falling.first[5], falling.second[5]]).toEqual([-10, -11]);
  });

  test('are the same whether the points came at once, in pieces, or again after a cut', () => {
    const script = fc.array(fc.oneof(fc.array(finite, { maxLength: 900 }), fc.nat(3000)), { maxLength: 14 });
    fc.assert(
      fc.property(script, (pieces) => {
        const points = new Columns();
        const followed = new Buckets(points);
        let told = followed.slice(0);
        for (const piece of pieces) {
          let from: number;
          if (typeof piece === 'number') from = followed.cut(points.cutFrom(piece));
          else {
            for (const y of piece) points.push(points.length, y);
            from = followed.length;
          }
          from = Math.min(from, followed.extend());
          // What a page has: the buckets before `from` as they were told, the others anew.
          const news = followed.slice(from);
          const joined = (name: keyof typeof told) =>
            Float64Array.from([...told[name].subarray(0, from), ...news[name]]);
          told = {
            x0: joined('x0'),
            x1: joined('x1'),
            first: joined('first'),
            second: joined('second'),
            mean: joined('mean'),
          };
          expect(told).toEqual(followed.slice(0));
        }
        const anew = bucketsOf(points);
        const size = anew.x0.length === 0 ? 1 : points.length / anew.x0.length;
        // After a cut it may stay coarser than a fresh one, never finer.
        expect(followed.length).toBeLessThanOrEqual(Math.ceil(points.length / Math.max(1, Math.floor(size))));
        if (followed.length === anew.x0.length) expect(followed.slice(0)).toEqual(anew);
      }),
      { numRuns: 60 },
    );
  });

  test('pass over what is not a number, and are NaN where nothing else is', () => {
    const values = Array.from({ length: MAX_BUCKETS * 2 }, (_, i) => (i < 2 || i === 4 ? Number.NaN : 1));
    const { first, mean } = bucketsOf(columnsOf(values));
    expect([first[0], mean[0], first[2], mean[2]]).toEqual([Number.NaN, Number.NaN, 1, 1]);
  });

  test('give the mean of their points', () => {
    const points = columnsOf(Array.from({ length: MAX_BUCKETS * 4 }, (_, i) => i % 4));
    expect(Math.max(...bucketsOf(points).mean.map((value) => Math.abs(value - 1.5)))).toBeLessThan(1e-12);
  });
});
