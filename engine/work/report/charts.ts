/** The charts of a report: which values of the runs are drawn together, and how. */

import { METRICS, type Metric } from '../../formats/run/metrics.js';
import { smoothingSpan } from '../../formats/run/smoothing.js';
import type { Chart, Line } from './chart.js';
import { type Point, smoothed } from './curves.js';
import type { Row } from './history.js';
import { otherMetrics } from './metrics.js';
import type { Run } from './run.js';

/** The charts over steps, as far as any run logged their values. */
export function historyCharts(runs: readonly Run[]): Chart[] {
  const context = {
    runs,
    axis: { xName: 'step', range: stepRange(runs), stepsPerEpoch: commonEpochLength(runs) },
  };
  const known = METRICS.filter(({ key }) => !ALONE.has(key)).map((metric) => metricChart(metric, context));
  const charts = [
    stepLossChart(context),
    epochLossChart(context),
    rateChart(context),
    ...known,
    // A key of the log may hold anything, so it is not used as a chart's id.
    ...otherMetrics(runs).map((metric, i) => ({ ...metricChart(metric, context), id: `other-${i}` })),
  ];
  return charts.filter((chart) => chart.lines.some((line) => line.points.length > 0));
}

/** Drawn in the charts of the losses. */
const ALONE = new Set(['train_loss', 'val_loss']);
const LOSS = { unit: '', scale: 1, digits: undefined } as const;

interface Context {
  readonly runs: readonly Run[];
  readonly axis: Pick<Chart, 'xName' | 'range' | 'stepsPerEpoch'>;
}

function stepLossChart({ runs, axis }: Context): Chart {
  const lines = runs.flatMap(({ history }, run): Line[] => {
    const ends = new Set(history.epochEnds);
    const steps = history.rows.filter((row) => !ends.has(row));
    return smoothedLines(pointsOf(steps, 'train_loss'), { run, label: '', style: 'solid' });
  });
  return {
    ...{ id: 'step-loss', title: 'Training loss', metric: LOSS, lines, log: true, ratio: false, levels: [] },
    caption: 'Faint: every step. Strong: exponential moving average over a fiftieth of the steps.',
    ...axis,
  };
}

/** The raw points faintly, and over them their moving average. */
function smoothedLines(points: readonly Point[], line: Omit<Line, 'points'>): Line[] {
  const span = smoothingSpan(points.length);
  const label = line.label === '' ? '' : `${line.label}, `;
  return [
    { ...line, label: `${label}raw`, style: 'faint', points: points },
    { ...line, label: `${label}mean of ${span}`, points: smoothed(points, span) },
  ];
}

/** With more epoch values than this, a raw curve is too ragged to read. */
const MANY_EPOCHS = 150;

function epochLines(points: readonly Point[], line: Omit<Line, 'points'>): Line[] {
  return points.length > MANY_EPOCHS ? smoothedLines(points, line) : [{ ...line, points }];
}

function epochLossChart({ runs, axis }: Context): Chart {
  const lines = runs.flatMap(({ history: { epochEnds } }, run): Line[] => [
    ...epochLines(pointsOf(epochEnds, 'train_loss'), { run, label: 'training', style: 'second' }),
    ...epochLines(pointsOf(epochEnds, 'val_loss'), { run, label: 'validation', style: 'solid' }),
  ]);
  const validated = runs.some(({ history }) => pointsOf(history.epochEnds, 'val_loss').length > 0);
  const caption = `${validated ? 'Strong: validation' : 'No validation loss was logged'}. Dashed: mean training loss of the epoch.`;
  return {
    ...{ id: 'epoch-loss', title: 'Loss per epoch', caption, metric: LOSS, lines },
    ...{ log: true, ratio: false, levels: [] },
    ...axis,
  };
}

function rateChart({ runs, axis }: Context): Chart {
  const lines = runs.map(
    ({ history }, run): Line => ({
      ...{ run, label: 'learning rate', style: 'solid' },
      points: pointsOf(history.rows, 'lr'),
    }),
  );
  return {
    ...{ id: 'lr', title: 'Learning rate', metric: LOSS, lines, log: false, ratio: false, levels: [] },
    caption: 'The rate of the next update, as logged.',
    ...axis,
  };
}

function metricChart(metric: Metric, { runs, axis }: Context): Chart {
  const { key, title, baseline } = metric;
  const lines = runs.flatMap(({ history }, run): Line[] => {
    const own = { run, label: baseline === undefined ? '' : 'policy', style: 'solid' } as const;
    const curve = epochLines(pointsOf(history.epochEnds, key), own);
    if (baseline === undefined) return curve;
    const held = pointsOf(history.epochEnds, baseline);
    return [{ run, label: 'holding the state', style: 'dotted', points: held }, ...curve];
  });
  return {
    ...{ id: key, title, metric, lines, ...axis, levels: [] },
    caption: captionOf(metric),
    log: /loss|mse|error/.test(key),
    ratio: metric.digits === 3,
  };
}

function captionOf({ key, baseline, better, unit }: Metric): string {
  const way = { low: 'Lower is better', high: 'Higher is better' };
  const words = better === undefined ? '' : `${way[better]}.`;
  if (baseline !== undefined)
    return `${words} Dotted: baseline that holds the gripper state observed when each chunk began.`;
  if (key === 'val_gripper_latency_steps')
    return 'Predicted minus recorded switch, in steps; positive is late.';
  if (key.startsWith('val_'))
    return `${words} Executed steps of the validation episodes${unit === '' ? '' : `, in${unit === '°' ? ' degrees' : unit}`}.`;
  return words;
}

function pointsOf(rows: readonly Row[], key: string): Point[] {
  return rows.flatMap(({ step, epoch, values }) => {
    const y = values[key];
    return y === undefined ? [] : [{ x: step, y, epoch }];
  });
}

function stepRange(runs: readonly Run[]): [number, number] {
  const rows = runs.map((run) => run.history.rows);
  return [Math.min(...rows.map((of) => of[0]!.step)), Math.max(...rows.map((of) => of.at(-1)!.step))];
}

/** Undefined where runs or epochs differ: then a step is not the same epoch everywhere. */
export function commonEpochLength(runs: readonly Run[]): number | undefined {
  const lengths = new Set<number>();
  for (const { history } of runs)
    for (const { step, epoch } of history.epochEnds)
      lengths.add(epoch === undefined ? Number.NaN : (step + 1) / (epoch + 1));
  const [length] = lengths;
  return lengths.size === 1 && Number.isInteger(length) && length! > 0 ? length : undefined;
}
