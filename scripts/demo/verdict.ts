/** What the numbers are worth, in words, by thresholds that are said along. */
import type { Scores } from './training.js';

/** A gripper that misses its moment by more drops blocks. */
const GOOD = { accuracy: 0.95, f1: 0.9 };
const FAIR_F1 = 0.7;
/** Up to this factor the position error counts as kept. */
const KEPT = 1.15;

/**
 * Parts of the error of standing still. A network that is told the pose, the fingers, the block and the goal instead of
 * seeing them gets down to 0.23 on these motions: halts and speeds are nobody's to know.
 */
const POSE = { good: 0.4, fair: 0.6 };
export const POSE_THRESHOLDS = `good: ≤ ${POSE.good}, fair: ≤ ${POSE.fair}`;

/** Both in metres. */
export function judgeInheritance(policy: number, standingStill: number): 'good' | 'fair' | 'weak' {
  const part = policy / standingStill;
  if (part <= POSE.good) return 'good';
  return part <= POSE.fair ? 'fair' : 'weak';
}

export const THRESHOLDS =
  `good: accuracy ≥ ${GOOD.accuracy} and switch F1 ±1 ≥ ${GOOD.f1}; fair: F1 ±2 ≥ ${FAIR_F1} and both above the ` +
  'baselines; else weak';

type GripperVerdict = 'good' | 'fair' | 'weak';

export function judgeGripper(scores: Scores, baselines: readonly Scores[]): GripperVerdict {
  if (scores.accuracy >= GOOD.accuracy && scores.f1Within1 >= GOOD.f1) return 'good';
  const better = baselines.every(
    (baseline) => scores.accuracy > baseline.accuracy && scores.f1Within2 > baseline.f1Within2,
  );
  return better && scores.f1Within2 >= FAIR_F1 ? 'fair' : 'weak';
}

/** `ours` and `theirs` in metres. */
export function judgePosition(ours: number, theirs: number): string {
  const factor = ours / theirs;
  const times = `${factor.toFixed(2)} × the 7-D policy's`;
  if (factor <= KEPT) return `kept (${times})`;
  return `worse (${times})`;
}
