/** What a log's gripper does, in numbers: the facts that the verdict and the rules are made from. */
import { type GripperSwitch, switchesOf, type Thresholds } from './switches.js';
import type { GripperLog } from './trace.js';

export interface GripperFacts {
  readonly thresholds: Thresholds;
  /** Judged steps. */
  readonly steps: number;
  /** Of the finite values; undefined when there are none. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly uniqueValues: number;
  /** How often a value differs from the one before. */
  readonly changes: number;
  /** `step` is the log's own number. */
  readonly switches: readonly GripperSwitch[];
  /** Inferences from each switch to the next: how long the gripper held its state. */
  readonly dwells: readonly number[];
}

/**
 * Facts of the first action of each chunk (with executed actions: of each action). A command counts as a switch when it crosses both
 * thresholds; a width in metres or a pose has no switches.
 */
export function factsOf(log: GripperLog, thresholds: Thresholds): GripperFacts {
  const { gripper, step, length: steps } = log.trace;
  const values = gripper.filter(Number.isFinite);
  const sorted = values.slice().sort();
  const rows = hasCommand(log) ? switchesOf(gripper, thresholds) : [];
  const time = inferencesUntil(step, log.isExecuted);
  return {
    thresholds,
    steps,
    min: sorted[0],
    max: sorted.at(-1),
    uniqueValues: sorted.length === 0 ? 0 : 1 + changesIn(sorted),
    changes: changesIn(values),
    switches: rows.map((found) => ({ ...found, step: step[found.step]! })),
    dwells: rows.slice(1).map((found, index) => time[found.step]! - time[rows[index]!.step]!),
  };
}

/** Whether the log has commands from 0 to 1: eight values or more. */
export function hasCommand(log: GripperLog): boolean {
  return (log.summary.actionDim ?? 0) >= 8;
}

/**
 * Inferences before each row. Missing step numbers count, since time passed; a number that goes back starts another run and counts as
 * one. Executed actions of one chunk share its number.
 */
function inferencesUntil(step: Float64Array, isExecuted: boolean): Float64Array {
  const time = new Float64Array(step.length);
  for (let row = 1; row < step.length; row++) {
    const passed = step[row]! - step[row - 1]!;
    time[row] = time[row - 1]! + (isExecuted && passed === 0 ? 0 : Math.max(1, passed));
  }
  return time;
}

function changesIn(values: Float64Array): number {
  let changes = 0;
  for (let i = 1; i < values.length; i++) if (values[i] !== values[i - 1]) changes++;
  return changes;
}
