/** Decimation loses no extreme, whatever the values and however few the points. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimator } from '../../../server/reader/decimate.js';
import { propertyRuns } from '../../propertyRuns.js';

test('each bucket keeps its least and largest value in their order, and points stay within what was asked', () => {
  const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(NaN, Infinity, -Infinity));
  const rows = fc.array(fc.tuple(value, value), { maxLength: 80 });
  const property = fc.property(
    rows,
    fc.nat(9),
    fc.integer({ min: 2, max: 40 }),
    (values, from, maxPoints) => {
      const decimator = new Decimator(from, values.length, 2, maxPoints);
      for (const row of values) decimator.add((column) => row[column]!);
      const { steps, columns, bucketSteps } = decimator.done();
      expect(steps.length).toBeLessThanOrEqual(Math.min(maxPoints, Math.max(values.length, 0)));
      expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
      let point = 0;
      for (let start = 0; start < values.length; start += bucketSteps) {
        const bucket = values.slice(start, start + bucketSteps);
        const points = Math.min(2, bucket.length);
        expect(steps[point]).toBe(from + start);
        for (const column of [0, 1] as const) {
          const all = bucket.map((row) => row[column]);
          const shown = columns[column]!.slice(point, point + points);
          expect(shown).toEqual(extremes(all).slice(0, points));
        }
        point += points;
      }
      expect(steps.length).toBe(point);
    },
  );
  fc.assert(property, { numRuns: propertyRuns(1) });
});

/** Least and largest finite value, that which comes first in front. */
function extremes(values: readonly number[]): (number | null)[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [null, null];
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  return finite.indexOf(least) <= finite.indexOf(most) ? [least, most] : [most, least];
}
