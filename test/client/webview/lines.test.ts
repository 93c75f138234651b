/** Lines as the drawing library wants them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aligned, type ChartLine, nearest } from '../../../client/webview/lines.js';
import { propertyRuns } from '../../propertyRuns.js';

const line = (x: number[], y: number[]): ChartLine => ({
  id: 'a',
  label: '',
  owner: '',
  x,
  y,
  style: 'main',
  ink: 0,
});

test('the nearest point is as near as any', () => {
  const rising = fc
    .uniqueArray(fc.integer({ min: -100, max: 100 }), { minLength: 1 })
    .map((xs) => xs.sort((a, b) => a - b));
  fc.assert(
    fc.property(rising, fc.double({ min: -150, max: 150, noNaN: true }), (xs, x) => {
      const away = (each: number) => Math.abs(each - x);
      expect(away(xs[nearest(xs, x)]!)).toBe(Math.min(...xs.map(away)));
    }),
    { numRuns: propertyRuns(0.2) },
  );
  expect([nearest([5], 99), nearest([0, 10], 4), nearest([0, 10], 6)]).toEqual([0, 0, 1]);
});

describe('on one x axis', () => {
  test('of one line its points; NaN, and nothing above zero on a logarithmic axis, is a gap', () => {
    const one = line([0, 1, 2, 3], [1, Number.NaN, 0, -1]);
    expect(aligned([one], false)).toEqual([
      [0, 1, 2, 3],
      [1, null, 0, -1],
    ]);
    expect(aligned([one], true)).toEqual([
      [0, 1, 2, 3],
      [1, null, null, null],
    ]);
  });

  test('of several all their places, undefined where a line has no point and is drawn through', () => {
    const data = aligned([line([0, 2], [1, 2]), line([1, 2], [3, Number.NaN])], false);
    expect(data).toEqual([
      [0, 1, 2],
      [1, undefined, 2],
      [undefined, 3, null],
    ]);
  });

  test('of none nothing', () => {
    expect(aligned([], false)).toEqual([[]]);
  });
});
