/** How fast a data set was recorded. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameRate } from '../../../client/editors/frameRate.js';
import { propertyRuns } from '../../propertyRuns.js';

test.each<[string, readonly (number | null)[], number | null]>([
  ['ten steps a second', [0, 0.1, 0.2, 0.3], 10],
  ['pauses between episodes do not count', [0, 0.5, 1, 60, 60.5, 61], 2],
  ['a clock that begins again does not either', [5, 6, 7, 0, 1, 2], 1],
  ['missing times are passed over', [0, null, 2, 3, 4], 1],
  ['one time tells nothing', [3], null],
  ['none neither', [], null],
  ['times that stand still neither', [1, 1, 1], null],
  ['milliseconds are a clock of another kind', [0, 0.0001, 0.0002], null],
  ['minutes too', [0, 60, 120], null],
])('%s', (_, times, rate) => {
  const found = frameRate(times);
  if (rate === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(rate, 9);
});

test('jitter of a tenth leaves the rate within a tenth, wherever the clock begins', () => {
  const jitter = fc.array(fc.double({ min: -0.05, max: 0.05, noNaN: true }), { minLength: 3, maxLength: 60 });
  fc.assert(
    fc.property(jitter, fc.integer({ min: 0, max: 1e9 }), (shifts, start) => {
      const rate = frameRate(shifts.map((shift, k) => start + k + shift))!;
      expect(rate).toBeGreaterThan(1 / 1.11);
      expect(rate).toBeLessThan(1 / 0.89);
    }),
    { numRuns: propertyRuns(0.2) },
  );
});
