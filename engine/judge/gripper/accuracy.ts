/** How well a predicted gripper follows the demonstrated one: accuracy, matched switches, and how late they come. */
import { switchOffsets } from './match.js';
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
  /** Share of the steps on the correct side of the midpoint between the thresholds; undefined without steps. */
  readonly accuracy: number | undefined;
  /** Switches matched one-to-one in the same direction, at most that many steps apart. */
  readonly within1: SwitchScore;
  readonly within2: SwitchScore;
  /** Median of predicted minus demonstrated step over the switches matched within `LATENCY_REACH`; positive is late. */
  readonly latencySteps: number | undefined;
  /** Of the switches matched within `LATENCY_REACH`, those before and after the demonstrated step. */
  readonly early: number;
  readonly late: number;
  /** Demonstrated and predicted switches without a partner within `LATENCY_REACH`. */
  readonly missed: number;
  readonly spurious: number;
}

/** In steps. A switch further off than this is a different switch, not a late one. */
export const LATENCY_REACH = 8;

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
  const offsets = pairs.flatMap((pair) => switchOffsets(pair.predicted, pair.demonstrated, LATENCY_REACH));
  const within2 = scoreSwitches(pairs, 2);
  return {
    steps,
    accuracy: steps === 0 ? undefined : right / steps,
    within1: scoreSwitches(pairs, 1),
    within2,
    latencySteps: median(offsets),
    early: offsets.filter((offset) => offset < 0).length,
    late: offsets.filter((offset) => offset > 0).length,
    missed: within2.demonstrated - offsets.length,
    spurious: within2.predicted - offsets.length,
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
    hits += switchOffsets(pair.predicted, pair.demonstrated, reach).length;
    predicted += pair.predicted.length;
    demonstrated += pair.demonstrated.length;
  }
  const total = predicted + demonstrated;
  return { hits, predicted, demonstrated, f1: total === 0 ? undefined : (2 * hits) / total };
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  return (sorted[sorted.length / 2 - 1]! + upper) / 2;
}
