/** What a log's gripper does, in numbers: the facts that the verdict and the rules are made from. */
import { type GripperSwitch, switchesOf, type Thresholds } from './switches.js';
import type { GripperLog } from './trace.js';

export interface GripperFacts {
  readonly thresholds: Thresholds;
  /** Judged steps. */
  readonly steps: number;
  /** Of the finite values; undefined without one. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly uniqueValues: number;
  /** How often a value differs from the one before. */
  readonly changes: number;
  /** `step` is the log's own number. */
  readonly switches: readonly GripperSwitch[];
  /** From each switch to the next, in the log's steps: how long the gripper stayed. */
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
  const switches = hasCommand(log)
    ? switchesOf(gripper, thresholds).map((found) => ({ ...found, step: step[found.step]! }))
    : [];
  return {
    thresholds,
    steps,
    min: sorted[0],
    max: sorted.at(-1),
    uniqueValues: sorted.length === 0 ? 0 : 1 + changesIn(sorted),
    changes: changesIn(values),
    switches,
    dwells: switches.slice(1).map((found, index) => found.step - switches[index]!.step),
  };
}

/** Whether the log has commands from 0 to 1: eight values or more. */
export function hasCommand(log: GripperLog): boolean {
  return (log.summary.actionDim ?? 0) >= 8;
}

function changesIn(values: Float64Array): number {
  let changes = 0;
  for (let i = 1; i < values.length; i++) if (values[i] !== values[i - 1]) changes++;
  return changes;
}
