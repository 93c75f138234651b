import { expect, test } from 'vitest';
import { angleBetween } from '../../../engine/training/measure/stepErrors.js';
import { spreadOf, squaredError } from '../../../engine/training/measure/summary.js';

test("mean and percentile are NumPy's", () => {
  const { mean, p95 } = spreadOf([4, 1, 3, 2]);
  expect([mean, p95]).toEqual([2.5, expect.closeTo(3.85, 12)]);
  expect(spreadOf([7])).toEqual({ mean: 7, p95: 7 });
});

test('a squared error counts the first values of each action only', () => {
  const truth = Float32Array.of(0, 0, 0, 0, 0, 0);
  const predicted = [Float32Array.of(1, 2, 9), Float32Array.of(3, 4, 9)];
  expect(squaredError(predicted, truth, 3, 2)).toBe((1 + 4 + 9 + 16) / 4);
  expect(squaredError(predicted, truth, 3, 3)).toBe((30 + 162) / 6);
});

/** (x, y, z, w) of a turn about z. */
const aboutZ = (degrees: number): number[] => {
  const half = (degrees * Math.PI) / 360;
  return [0, 0, Math.sin(half), Math.cos(half)];
};

test.each([0, 1e-4, 1, 90, 179, 180])('a turn by %s° is that far', (degrees) => {
  const [from, to] = [aboutZ(30), aboutZ(30 + degrees)];
  expect(angleBetween(from, to)).toBeCloseTo(degrees, 9);
  const longNegative = to.map((value) => -2 * value);
  expect(angleBetween(from, longNegative)).toBeCloseTo(degrees, 9);
});

test('a turn by more than half a turn is the shorter one the other way; a null quaternion is as far as can be', () => {
  expect(angleBetween(aboutZ(0), aboutZ(270))).toBeCloseTo(90, 9);
  expect(angleBetween([0, 0, 0, 0], aboutZ(0))).toBe(180);
});
