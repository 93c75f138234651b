/** The values of a log that have a meaning here: title, unit, and which direction is better. */
import type { Row } from './history.js';
import type { Run } from './run.js';

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

const KNOWN = new Set([
  ...METRICS.flatMap(({ key, baseline }) => (baseline === undefined ? [key] : [key, baseline])),
  ...['global_step', 'epoch', 'lr'],
]);

/** Crafted logs may hold a key a line; real ones add a handful, such as `test_mean_score`. */
const MAX_OTHERS = 12;

/** Values that an environment runner or a fork of the trainer adds, as they are called in the log. */
export function otherMetrics(runs: readonly Run[]): Metric[] {
  const keys = new Set<string>();
  for (const { history } of runs)
    for (const row of history.epochEnds)
      for (const key of Object.keys(row.values)) if (!KNOWN.has(key) && keys.size < MAX_OTHERS) keys.add(key);
  return [...keys].map((key) => ({ ...plain, key, title: key, better: undefined }));
}

export interface Place {
  readonly value: number;
  readonly epoch: number | undefined;
  readonly step: number;
}

export interface MetricSummary {
  readonly last: Place;
  /** Undefined where no direction is better, or no value is finite. */
  readonly best: Place | undefined;
}

/** Over the epochs' ends; undefined where the run never logged it there. */
export function summarise(run: Run, { key, better }: Metric): MetricSummary | undefined {
  const places = run.history.epochEnds.flatMap((row) => placeOf(row, key) ?? []);
  const last = places.at(-1);
  if (last === undefined) return undefined;
  const finite = places.filter((place) => Number.isFinite(place.value));
  if (better === undefined || finite.length === 0) return { last, best: undefined };
  const sign = better === 'low' ? 1 : -1;
  return { last, best: finite.reduce((a, b) => (sign * b.value < sign * a.value ? b : a)) };
}

function placeOf({ values, epoch, step }: Row, key: string): Place | undefined {
  const value = values[key];
  return value === undefined ? undefined : { value, epoch, step };
}

/** In the shown unit. */
export function shownValue(
  value: number,
  { scale, digits, unit }: Pick<Metric, 'scale' | 'digits' | 'unit'>,
): string {
  if (!Number.isFinite(value)) return String(value);
  const scaled = value * scale;
  return `${digits === undefined ? fourDigits(scaled) : scaled.toFixed(digits)}${unit}`.replace(/^-/, '−');
}

function fourDigits(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(3);
  return Number(value.toPrecision(4)).toString();
}
