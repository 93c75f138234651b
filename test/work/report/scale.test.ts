import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scaleOf, stepScale, tickText } from '../../../engine/work/report/scale.js';

describe('an axis', () => {
  test('has round ticks around the values', () => {
    expect(scaleOf([0.11, 0.32], {}).ticks).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(scaleOf([-5.5, -2.4], {}).ticks).toEqual([-6, -5, -4, -3, -2]);
    expect(stepScale(0, 149).ticks).toEqual([0, 50, 100]);
  });

  test('is logarithmic where losses spread far, and only there', () => {
    const wide = scaleOf([0.01, 1], { log: true });
    expect(wide.kind).toBe('log');
    expect(wide.ticks).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]);
    expect(scaleOf([0.1, 1], { log: true }).kind).toBe('linear');
    expect(scaleOf([0, 1], { log: true }).kind).toBe('linear');
  });

  test('holds every value, however the values lie', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 20 }), fc.boolean(), (values, log) => {
        const { part, ticks } = scaleOf(values, { log });
        for (const value of values) {
          expect(part(value)).toBeGreaterThanOrEqual(-1e-6);
          expect(part(value)).toBeLessThanOrEqual(1 + 1e-6);
        }
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThan(20);
      }),
    );
  });

  test('writes ticks short', () => {
    expect([0.00001, 0.02, 1500, 2_000_000, -3].map(tickText)).toEqual([
      '1e−5',
      '0.02',
      '1 500',
      '2e6',
      '−3',
    ]);
  });
});
