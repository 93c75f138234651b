/** When a gripper command actually changes: a switch must cross both thresholds, so chatter near one of them does not count. */

export interface Thresholds {
  /** At or below this the gripper is in its lower state. */
  readonly low: number;
  /** At or above this it is in its upper state. */
  readonly high: number;
}

/** For commands in 0 … 1. */
export const UNIT_THRESHOLDS: Thresholds = { low: 0.3, high: 0.7 };

export interface GripperSwitch {
  /** Index into the sequence of the first value in the new state. */
  readonly step: number;
  readonly direction: 'up' | 'down';
}

/** The same fractions of another range, for data whose gripper does not run from 0 to 1. */
export function thresholdsFor(min: number, max: number): Thresholds {
  const span = max - min;
  return { low: min + UNIT_THRESHOLDS.low * span, high: min + UNIT_THRESHOLDS.high * span };
}

/**
 * The switches of a sequence. A value between the thresholds keeps the state; the first value outside them
 * sets it and is not a switch, unless `start` gives the state before.
 */
export function switchesOf(
  values: ArrayLike<number>,
  thresholds: Thresholds = UNIT_THRESHOLDS,
  start?: 'upper' | 'lower',
): GripperSwitch[] {
  let state = start;
  const switches: GripperSwitch[] = [];
  for (let step = 0; step < values.length; step++) {
    const next = stateOf(values[step]!, thresholds);
    if (next === undefined || next === state) continue;
    if (state !== undefined) switches.push({ step, direction: next === 'upper' ? 'up' : 'down' });
    state = next;
  }
  return switches;
}

/** The state that a value implies on its own; undefined between the thresholds and for NaN. */
export function stateOf(value: number, thresholds: Thresholds): 'upper' | 'lower' | undefined {
  if (value >= thresholds.high) return 'upper';
  if (value <= thresholds.low) return 'lower';
  return undefined;
}
