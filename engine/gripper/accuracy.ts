/** How well a predicted gripper follows the demonstrated one: accuracy, switches that are hit, and how late they come. */
import { type GripperSwitch, switchesOf, type Thresholds, UNIT_THRESHOLDS } from './switches.js';

/** One stretch of consecutive executed steps, usually an episode. */
export interface GripperTrack {
  readonly predicted: ArrayLike<number>;
  readonly demonstrated: ArrayLike<number>;
}

export interface SwitchScore {
  readonly hits: number;
  readonly predicted: number;
  readonly demonstrated: number;
  /** 2 hits / (predicted + demonstrated); undefined where neither has a switch. */
  readonly f1: number | undefined;
}

export interface GripperScore {
  readonly steps: number;
  /** Part of the steps on the right side of the middle between the thresholds; undefined without steps. */
  readonly accuracy: number | undefined;
  /** Switches matched one-to-one in the same direction, at most so many steps apart. */
  readonly within1: SwitchScore;
  readonly within2: SwitchScore;
  /** Mean of predicted minus demonstrated step over the switches matched within `LATENCY_REACH`; positive is late. */
  readonly latencySteps: number | undefined;
}

/** A switch that is further off than this is another switch, not a late one. */
const LATENCY_REACH = 8;

export function scoreGripper(
  tracks: readonly GripperTrack[],
  thresholds: Thresholds = UNIT_THRESHOLDS,
): GripperScore {
  const pairs = tracks.map((track) => ({
    predicted: switchesOf(track.predicted, thresholds),
    demonstrated: switchesOf(track.demonstrated, thresholds),
  }));
  const steps = tracks.reduce((sum, track) => sum + track.demonstrated.length, 0);
  const right = tracks.reduce((sum, track) => sum + rightSteps(track, thresholds), 0);
  const delays = pairs.flatMap((pair) => delaysOf(pair.predicted, pair.demonstrated, LATENCY_REACH));
  return {
    steps,
    accuracy: steps === 0 ? undefined : right / steps,
    within1: scoreSwitches(pairs, 1),
    within2: scoreSwitches(pairs, 2),
    latencySteps: delays.length === 0 ? undefined : delays.reduce((a, b) => a + b, 0) / delays.length,
  };
}

function rightSteps(track: GripperTrack, thresholds: Thresholds): number {
  const middle = (thresholds.low + thresholds.high) / 2;
  let right = 0;
  for (let step = 0; step < track.demonstrated.length; step++)
    if (track.predicted[step]! > middle === track.demonstrated[step]! > middle) right++;
  return right;
}

interface SwitchPair {
  readonly predicted: readonly GripperSwitch[];
  readonly demonstrated: readonly GripperSwitch[];
}

function scoreSwitches(pairs: readonly SwitchPair[], reach: number): SwitchScore {
  let hits = 0;
  let predicted = 0;
  let demonstrated = 0;
  for (const pair of pairs) {
    hits += delaysOf(pair.predicted, pair.demonstrated, reach).length;
    predicted += pair.predicted.length;
    demonstrated += pair.demonstrated.length;
  }
  const total = predicted + demonstrated;
  return { hits, predicted, demonstrated, f1: total === 0 ? undefined : (2 * hits) / total };
}

/**
 * Predicted minus demonstrated step of each matched pair. Both lists are ordered and every reach is equally wide, so
 * taking the earliest partner that is still in reach gives as many pairs as possible.
 */
function delaysOf(
  predicted: readonly GripperSwitch[],
  demonstrated: readonly GripperSwitch[],
  reach: number,
): number[] {
  return (['up', 'down'] as const).flatMap((direction) => {
    const ours = predicted.filter((s) => s.direction === direction);
    const delays: number[] = [];
    let next = 0;
    for (const truth of demonstrated) {
      if (truth.direction !== direction) continue;
      while (next < ours.length && ours[next]!.step < truth.step - reach) next++;
      if (next < ours.length && ours[next]!.step <= truth.step + reach)
        delays.push(ours[next++]!.step - truth.step);
    }
    return delays;
  });
}
