/** Points of a curve in rising order. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Columns } from '../../../client/panels/columns.js';
import { propertyRuns } from '../../propertyRuns.js';

function of(xs: readonly number[]): Columns {
  const columns = new Columns();
  for (const [k, x] of xs.entries()) columns.push(x, k);
  return columns;
}
const all = (columns: Columns) => Array.from({ length: columns.length }, (_, k) => columns.xAt(k));

test('points beyond the first memory stay as they were', () => {
  const columns = of(Array.from({ length: 1000 }, (_, k) => k));
  expect([columns.length, columns.xAt(999), columns.yAt(300)]).toEqual([1000, 999, 300]);
});

test('a cut leaves exactly what is before, and what follows is pushed behind it', () => {
  const rising = fc.uniqueArray(fc.integer({ min: -500, max: 500 })).map((xs) => xs.sort((a, b) => a - b));
  fc.assert(
    fc.property(rising, fc.integer({ min: -600, max: 600 }), (xs, at) => {
      const columns = of(xs);
      const left = xs.filter((x) => x < at);
      expect(columns.indexOf(at)).toBe(left.length);
      expect(columns.cutFrom(at)).toBe(left.length);
      columns.push(at, 0);
      expect(all(columns)).toEqual([...left, at]);
    }),
    { numRuns: propertyRuns(0.2) },
  );
});
