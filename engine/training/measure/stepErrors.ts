/** The error of each executed step of predicted chunks against the demonstration, in the units of a pose: metres, a rotation. */
import { toQuaternion } from '../../base/rotation.js';
import { POSITION_WIDTH } from '../../formats/poseLayout.js';
import type { Column } from '../dataset.js';
import { type ActionLayout, actionLayout } from './actionLayout.js';
import type { Chunk } from './chunks.js';

export interface StepError {
  /** Place in the executed part of the chunk, from 0. */
  readonly step: number;
  /** Predicted minus demonstrated x, y, z, m. */
  readonly offset: readonly [number, number, number];
  /** m */
  readonly distance: number;
  /** Angle between the two orientations, degrees. */
  readonly angle: number;
  /** Sum over the values of the pose, raw units. */
  readonly squares: number;
}

/** `action` is the data set's column; `predicted` holds one (executedSteps, D) block of raw actions per chunk. */
export function stepErrors(
  action: Column,
  chunks: readonly Chunk[],
  predicted: readonly Float32Array[],
  { poseAt, poseWidth: pose, rotation }: ActionLayout = actionLayout(action),
): StepError[] {
  const { width, values } = action;
  const turnOf = (row: Float32Array) => toQuaternion(rotation, row.subarray(POSITION_WIDTH));
  return chunks.flatMap(({ executed }, index) =>
    executed.map((row, step) => {
      const [here, there] = [step * width + poseAt, row * width + poseAt];
      const ours = predicted[index]!.subarray(here, here + pose);
      const truth = values.subarray(there, there + pose);
      const offset = [ours[0]! - truth[0]!, ours[1]! - truth[1]!, ours[2]! - truth[2]!] as const;
      return {
        step,
        offset,
        distance: Math.hypot(...offset),
        angle: angleBetween(turnOf(ours), turnOf(truth)),
        squares: ours.reduce((sum, value, d) => sum + (value - truth[d]!) ** 2, 0),
      };
    }),
  );
}

/**
 * Degrees between two orientations: the geodesic distance on SO(3). A quaternion and its negative are the same, and a prediction need
 * not be a unit one. Half of it is the angle between the four-vectors, taken from their sum and difference (Kahan), which, unlike an
 * arc cosine, is exact for small angles. A zero quaternion has no orientation: 180.
 */
export function angleBetween(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [lengthA, lengthB] = [norm(a), norm(b)];
  if (lengthA === 0 || lengthB === 0) return 180;
  let [sum, difference] = [0, 0];
  for (let d = 0; d < 4; d++) {
    sum += (a[d]! / lengthA + b[d]! / lengthB) ** 2;
    difference += (a[d]! / lengthA - b[d]! / lengthB) ** 2;
  }
  const half = 2 * Math.atan2(Math.sqrt(Math.min(sum, difference)), Math.sqrt(Math.max(sum, difference)));
  return (2 * half * 180) / Math.PI;
}

function norm(q: ArrayLike<number>): number {
  return Math.hypot(q[0]!, q[1]!, q[2]!, q[3]!);
}
