/** Buckets of a curve as lines. */
import { describe, expect, test } from 'vitest';
import type { BucketColumns } from '../../../client/panels/panelMessages.js';
import { type CurveParts, drawnLines, withUpdate } from '../../../client/webview/curveLines.js';

const of = (...values: number[]) => Float64Array.from(values);
/** Buckets of one point each. */
const points = (...ys: number[]): BucketColumns => {
  const [x, y] = [Float64Array.from(ys, (_, k) => k), of(...ys)];
  return { x0: x, x1: x, first: y, second: y, mean: y };
};
const CURVE: CurveParts = { key: 'loss', label: 'l', style: 'main', scale: 1, isRestless: true };
const OWNER = { run: 3, owner: 'r', ink: 2 };
const ids = (buckets: BucketColumns, curve = CURVE) =>
  drawnLines(buckets, curve, OWNER).map(({ id, style }) => [id, style]);

describe('what is told', () => {
  test('goes on where it was cut', () => {
    const joined = withUpdate(points(1, 2, 3), { run: 0, key: 'a', from: 2, buckets: points(8, 9) });
    expect([...joined.mean]).toEqual([1, 2, 8, 9]);
  });

  test('begins anew with its first bucket, or where nothing was', () => {
    const news = points(8, 9);
    expect(withUpdate(points(1, 2, 3), { run: 0, key: 'a', from: 0, buckets: news })).toBe(news);
    expect(withUpdate(undefined, { run: 0, key: 'a', from: 2, buckets: news })).toBe(news);
  });
});

describe('what is drawn', () => {
  test('nothing of nothing', () => {
    expect(ids(points())).toEqual([]);
  });

  test('few points, or quiet ones, as they are', () => {
    expect(ids(points(1, 2))).toEqual([['3/loss', 'main']]);
    expect(ids(points(...Array(80).fill(1)), { ...CURVE, isRestless: false })).toEqual([['3/loss', 'main']]);
  });

  test('many restless ones faintly, with their moving average over them', () => {
    const buckets = points(...Array.from({ length: 80 }, (_, k) => k % 2));
    expect(ids(buckets)).toEqual([
      ['3/loss/raw', 'faint'],
      ['3/loss', 'main'],
    ]);
    const [, mean] = drawnLines(buckets, CURVE, OWNER);
    const late = Array.from(mean!.y).slice(40);
    expect(Math.max(...late) - Math.min(...late)).toBeLessThan(0.5);
  });

  test('a bucket of several points has its two extremes, each at its end; all in the drawn unit', () => {
    const buckets = { x0: of(0, 4), x1: of(3, 4), first: of(1, 7), second: of(5, 7), mean: of(2, 7) };
    const [drawn] = drawnLines(buckets, { ...CURVE, scale: 10 }, OWNER);
    expect([drawn!.x, drawn!.y]).toEqual([
      [0, 3, 4],
      [10, 50, 70],
    ]);
    expect(drawn).toMatchObject({ label: 'l', owner: 'r', ink: 2 });
  });
});
