/** How a normaliser maps its dimensions, told from its numbers. */
import { expect, it } from 'vitest';
import { type FieldStatistics, LimitsFit } from '../../../engine/judge/policy/limits.js';
import { gaussian, modesOf } from '../../../engine/judge/policy/normalizerMode.js';

function fitted(...rows: readonly (readonly number[])[]): FieldStatistics {
  const fit = new LimitsFit(rows[0]!.length);
  for (const row of rows) fit.add(Float32Array.from(row));
  return fit.result();
}

const values = fitted([0.1, 5, 3, 7], [0.9, -2, 3, 7], [0.2, 1, 3, 7.5]);

it('limits, also where a dimension does not move', () =>
  expect(modesOf(values)).toEqual(['limits', 'limits', 'limits', 'limits']));

it('mean and deviation, as upstream computes them', () => {
  const made = gaussian(values);
  expect(modesOf(made)).toEqual(['gaussian', 'gaussian', 'limits', 'gaussian']); // the third is centred in both modes
  expect(made.scale[2]).toBe(1);
  const { mean, std } = values;
  expect(made.scale[1]! * mean[1]! + made.offset[1]!).toBeCloseTo(0, 6);
  expect(made.scale[1]! * std[1]!).toBeCloseTo(1, 6);
});

it('identity and others, each dimension by itself', () => {
  const scale = Float32Array.of(1, 0.5, 1, 2);
  const offset = Float32Array.of(0, 0, 0, 0);
  expect(modesOf({ ...values, scale, offset })).toEqual(['identity', 'other', 'identity', 'other']);
});
