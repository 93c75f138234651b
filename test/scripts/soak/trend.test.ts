import { describe, expect, test } from 'vitest';
import { trendOf } from '../../../scripts/soak/trend.js';

const rounds = (count: number, value: (round: number) => number): number[] =>
  Array.from({ length: count }, (_, round) => value(round));
const ALLOWANCE = { absolute: 12, relative: 0.1 };

describe('the trend of a soak', () => {
  test('is flat for a heap that breathes', () => {
    expect(
      trendOf(
        rounds(40, (round) => 100 + 15 * Math.sin(round)),
        ALLOWANCE,
      ).isFlat,
    ).toBe(true);
  });

  test('forgives what the first rounds fill', () => {
    const { before, after, isFlat } = trendOf(
      rounds(40, (round) => Math.min(100, 40 + 10 * round)),
      ALLOWANCE,
    );
    expect([before, after, isFlat]).toEqual([100, 100, true]);
  });

  test('is not flat for a leak, however slow, that the allowance does not cover', () => {
    expect(
      trendOf(
        rounds(200, (round) => 100 + 0.5 * round),
        ALLOWANCE,
      ).isFlat,
    ).toBe(false);
  });

  test('allows nothing where nothing may be left', () => {
    const NONE = { absolute: 0, relative: 0 };
    expect(
      trendOf(
        rounds(8, () => 0),
        NONE,
      ).isFlat,
    ).toBe(true);
    expect(
      trendOf(
        rounds(8, (round) => (round < 6 ? 0 : 1)),
        NONE,
      ).isFlat,
    ).toBe(false);
  });

  test('says when there are too few rounds to tell', () => {
    expect(() => trendOf([1, 2, 3], ALLOWANCE)).toThrow(/3 rounds are too few/);
  });
});
