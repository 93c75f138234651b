/** What the numbers are worth, in words. */
import { expect, test } from 'vitest';
import type { Scores } from '../../../scripts/demo/training.js';
import {
  judgeGripper,
  judgeInheritance,
  judgePosition,
  POSE_THRESHOLDS,
} from '../../../scripts/demo/verdict.js';

const scores = (accuracy: number, f1Within1: number, f1Within2 = f1Within1): Scores => ({
  ...{ accuracy, f1Within1, f1Within2 },
});
const hold = scores(0.8, 0);
const stateOnly = scores(0.85, 0.4, 0.6);
test('calls a gripper by what it does beside the baselines', () => {
  expect(judgeGripper(scores(0.97, 0.92), [hold, stateOnly])).toBe('good');
  expect(judgeGripper(scores(0.9, 0.6, 0.75), [hold, stateOnly])).toBe('fair');
  // Enough F1, but less accurate than a network without eyes.
  expect(judgeGripper(scores(0.84, 0.6, 0.75), [hold, stateOnly])).toBe('weak');
  expect(judgeGripper(scores(0.94, 0.2, 0.3), [hold, stateOnly])).toBe('weak');
});

test('says how the position error compares', () => {
  expect(judgePosition(0.011, 0.01)).toMatch(/^kept \(1\.10 ×/);
  expect(judgePosition(0.02, 0.01)).toMatch(/^worse \(2\.00 ×/);
});

test.each([
  [0.2, 'good'],
  [0.4, 'good'],
  [0.41, 'fair'],
  [0.6, 'fair'],
  [0.61, 'weak'],
])('%d of the error of standing still is %s', (part, verdict) => {
  expect(judgeInheritance(part, 1)).toBe(verdict);
  expect(POSE_THRESHOLDS).toMatch(/0\.4.*0\.6/);
});
