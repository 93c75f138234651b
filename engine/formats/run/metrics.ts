/** The values of a training log that have a meaning here: title, unit, and which direction is better. */
import { fixed, fourDigits } from '../../base/numberText.js';

export interface Metric {
  readonly key: string;
  readonly title: string;
  /** Behind a number, with its leading space where one belongs. */
  readonly unit: string;
  /** From the log's unit to the shown one. */
  readonly scale: number;
  /** Digits behind the point; undefined shows four significant ones. */
  readonly digits: number | undefined;
  readonly better: 'low' | 'high' | undefined;
  /** The key of the baseline that does nothing: holding the gripper state. */
  readonly baseline?: string;
}

const plain = { unit: '', scale: 1, digits: undefined } as const;
const rate = { unit: '', scale: 1, digits: 3, better: 'high' } as const;

export const METRICS: readonly Metric[] = [
  { ...plain, key: 'train_loss', title: 'Training loss, mean of the epoch', better: 'low' },
  { ...plain, key: 'val_loss', title: 'Validation loss', better: 'low' },
  {
    key: 'val_position_error_m',
    title: 'Position error',
    unit: ' mm',
    scale: 1000,
    digits: 1,
    better: 'low',
  },
  { key: 'val_rotation_error_deg', title: 'Rotation error', unit: '°', scale: 1, digits: 2, better: 'low' },
  { ...plain, key: 'val_pose_mse', title: 'Pose MSE', better: 'low' },
  { ...plain, key: 'train_action_mse_error', title: 'Action MSE, training windows', better: 'low' },
  { ...rate, key: 'val_gripper_accuracy', title: 'Gripper accuracy', baseline: 'hold_gripper_accuracy' },
  { ...rate, key: 'val_gripper_f1_1', title: 'Gripper switch F1, ± 1 step', baseline: 'hold_gripper_f1_1' },
  { ...rate, key: 'val_gripper_f1_2', title: 'Gripper switch F1, ± 2 steps', baseline: 'hold_gripper_f1_2' },
  {
    key: 'val_gripper_latency_steps',
    ...{ title: 'Gripper latency', unit: ' steps', scale: 1, digits: 2, better: undefined },
  },
];

/** A value that is known by its name alone, such as `test_mean_score`. */
export function otherMetric(key: string): Metric {
  return { ...plain, key, title: key, better: undefined };
}

/** In the shown unit. */
export function shownValue(
  value: number,
  { scale, digits, unit }: Pick<Metric, 'scale' | 'digits' | 'unit'>,
): string {
  if (!Number.isFinite(value)) return String(value);
  const scaled = value * scale;
  return `${digits === undefined ? fourDigits(scaled) : fixed(scaled, digits)}${unit}`.replace(/^-/, '−');
}
