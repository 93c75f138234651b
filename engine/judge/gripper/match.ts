/** Pairs predicted switches with demonstrated ones: one-to-one, in the same direction, within reach. */
import type { GripperSwitch } from './switches.js';

/**
 * Predicted minus demonstrated step of each pair, in order within a direction. Matches as many pairs as possible and, among those, the
 * nearest: chatter before a punctual switch must not make it count as early. Both lists are ordered by step.
 */
export function switchOffsets(
  predicted: readonly GripperSwitch[],
  demonstrated: readonly GripperSwitch[],
  reach: number,
): number[] {
  return (['up', 'down'] as const).flatMap((direction) => {
    const steps = (switches: readonly GripperSwitch[]): number[] =>
      switches.filter((one) => one.direction === direction).map((one) => one.step);
    return nearestPairs(steps(predicted), steps(demonstrated), reach);
  });
}

/** The last step of the best pairing of two prefixes. */
const SKIPS_TRUTH = 0;
const SKIPS_OURS = 1;
const PAIRS = 2;

/** Pairs of two ordered lists never cross in the best pairing, so it is an alignment (dynamic programming over prefixes). */
function nearestPairs(ours: readonly number[], truths: readonly number[], reach: number): number[] {
  // One more pair outweighs any possible sum of distances.
  const pairWorth = (reach + 1) * (Math.min(ours.length, truths.length) + 1);
  const width = ours.length + 1;
  const ends = new Uint8Array((truths.length + 1) * width);
  let above = new Float64Array(width);
  for (let i = 1; i <= truths.length; i++) {
    const row = new Float64Array(width);
    for (let j = 1; j < width; j++) {
      const distance = Math.abs(ours[j - 1]! - truths[i - 1]!);
      const paired = distance > reach ? Number.NEGATIVE_INFINITY : above[j - 1]! + pairWorth - distance;
      row[j] = Math.max(paired, above[j]!, row[j - 1]!);
      ends[i * width + j] = row[j] === paired ? PAIRS : row[j] === above[j] ? SKIPS_TRUTH : SKIPS_OURS;
    }
    above = row;
  }
  return readBack(ends, ours, truths);
}

function readBack(ends: Uint8Array, ours: readonly number[], truths: readonly number[]): number[] {
  const offsets: number[] = [];
  let i = truths.length;
  let j = ours.length;
  while (i > 0 && j > 0) {
    const end = ends[i * (ours.length + 1) + j];
    if (end === PAIRS) offsets.push(ours[j - 1]! - truths[i - 1]!);
    if (end !== SKIPS_OURS) i--;
    if (end !== SKIPS_TRUTH) j--;
  }
  return offsets.reverse();
}
