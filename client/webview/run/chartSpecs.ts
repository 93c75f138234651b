/** Which curves share a chart, what they are called, and in which order the charts stand. */
import { exponential } from '../../../engine/base/numberText.js';
import { METRICS } from '../../../engine/formats/run/metrics.js';
import type { CurveParts } from '../curveLines.js';
import { fixed, plain } from '../format.js';
import type { ChartLook } from '../lines.js';
import { t } from '../words.js';

export interface RunChart {
  /** Undefined for a value known only by its name in the log. */
  readonly id?: string;
  readonly title: string;
  readonly order: number;
  /** Whose unit and digits the values have. */
  readonly metric: string;
  readonly look: ChartLook;
  readonly curves: readonly CurveParts[];
  readonly shown?: (value: number) => string;
}

/** Values that no chart of their own shows, as far as a person can take them in. */
const MAX_OTHERS = 12;

/** Every chart that a run can have; `keys` are the curves that there are, known or not. */
export function runCharts(keys: ReadonlySet<string>): RunChart[] {
  const known = knownCharts();
  const drawn = new Set(known.flatMap(({ curves }) => curves.map(({ key }) => key)));
  const others = [...keys].filter((key) => !drawn.has(key)).slice(0, MAX_OTHERS);
  return [...known, ...others.map((key, i) => otherChart(key, known.length + i))];
}

function knownCharts(): RunChart[] {
  const charts: Omit<RunChart, 'order'>[] = [
    lossChart(),
    ratioChart('val_gripper_accuracy', t('Gripper accuracy'), 'hold_gripper_accuracy'),
    ratioChart('val_gripper_f1_2', t('Gripper switch F1, ± 2 steps'), 'hold_gripper_f1_2'),
    metricChart('val_position_error_m', t('Position error, mm')),
    metricChart('val_rotation_error_deg', t('Rotation error, degrees')),
    ratioChart('val_gripper_f1_1', t('Gripper switch F1, ± 1 step'), 'hold_gripper_f1_1'),
    { ...metricChart('val_gripper_latency_steps', t('Gripper latency, steps')), look: { y: 'free' } },
    metricChart('val_pose_mse', t('Pose MSE')),
    metricChart('train_action_mse_error', t('Action MSE, training windows')),
    rateChart(),
    speedChart(),
    memoryChart(),
  ];
  return charts.map((chart, order) => ({ ...chart, order }));
}

const whole = { scale: 1, isRestless: false } as const;

function lossChart(): Omit<RunChart, 'order'> {
  return {
    id: 'loss',
    title: t('Loss'),
    metric: 'val_loss',
    look: { y: 'zero', log: true },
    curves: [
      { ...whole, key: 'step_loss', label: t('training'), style: 'main', isRestless: true },
      { ...whole, key: 'train_loss', label: t('epoch mean'), style: 'baseline', isForOneRun: true },
      { ...whole, key: 'val_loss', label: t('validation'), style: 'marked' },
    ],
  };
}

/** Values of epochs; `marked` shows each as long as there are few. */
function metricChart(key: string, title: string): Omit<RunChart, 'order'> {
  const scale = METRICS.find((metric) => metric.key === key)?.scale ?? 1;
  const curve: CurveParts = { key, label: '', style: 'marked', scale, isRestless: true };
  return { id: key, title, metric: key, look: { y: 'zero' }, curves: [curve], ...shownScaled(scale) };
}

/** Values come scaled; the number alone is shown, since the title names the unit. */
function shownScaled(scale: number): Pick<RunChart, 'shown'> {
  return scale === 1 ? {} : { shown: (value) => fixed(value, 1) };
}

function ratioChart(key: string, title: string, hold: string): Omit<RunChart, 'order'> {
  return {
    id: key,
    title,
    metric: key,
    look: { y: 'ratio' },
    curves: [
      { key, label: t('policy'), style: 'marked', scale: 1, isRestless: true },
      { ...whole, key: hold, label: t('hold'), style: 'baseline' },
    ],
  };
}

function rateChart(): Omit<RunChart, 'order'> {
  const curve: CurveParts = { ...whole, key: 'lr', label: '', style: 'main' };
  const tick = (value: number): string => (value === 0 ? '0' : exponential(value, 1).replace('-', '−'));
  return {
    id: 'lr',
    title: t('Learning rate'),
    metric: 'lr',
    look: { y: 'zero', tick },
    curves: [curve],
    shown: plain,
  };
}

function speedChart(): Omit<RunChart, 'order'> {
  const curve: CurveParts = { key: 'steps_per_second', label: '', style: 'main', scale: 1, isRestless: true };
  const shown = (value: number): string => fixed(value, 2);
  return {
    id: 'speed',
    title: t('Speed, steps/s'),
    metric: curve.key,
    look: { y: 'zero' },
    curves: [curve],
    shown,
  };
}

function memoryChart(): Omit<RunChart, 'order'> {
  const curve: CurveParts = { ...whole, key: 'memory_bytes', label: '', style: 'main', scale: 1 / 2 ** 30 };
  const shown = (value: number): string => fixed(value, 2);
  return {
    id: 'memory',
    title: t('Memory, GiB'),
    metric: curve.key,
    look: { y: 'zero' },
    curves: [curve],
    shown,
  };
}

function otherChart(key: string, order: number): RunChart {
  const curve: CurveParts = { key, label: '', style: 'marked', scale: 1, isRestless: true };
  return {
    title: key,
    order,
    metric: key,
    look: { y: 'free' },
    curves: [curve],
    shown: plain,
  };
}
