/** The charts of a report: which values of the runs are drawn together, and how. */
import type { Chart, Line } from './chart.js';
import { type Point, smoothed, thinned } from './curves.js';
import type { Row } from './history.js';
import { METRICS, type Metric, otherMetrics } from './metrics.js';
import type { Run } from './run.js';

/** Columns that a chart of a few runs is thinned to; many runs share the page's size. */
const COLUMNS = 480;
const FULL_RUNS = 5;

/** The charts over steps, as far as any run logged their values. */
export function historyCharts(runs: readonly Run[]): Chart[] {
  const columns = Math.floor(COLUMNS * Math.min(1, FULL_RUNS / runs.length));
  const context = {
    runs,
    columns,
    axis: { xName: 'step', range: stepRange(runs), stepsPerEpoch: commonEpochLength(runs) },
  };
  const known = METRICS.filter(({ key }) => !ALONE.has(key)).map((metric) => metricChart(metric, context));
  const charts = [
    stepLossChart(context),
    epochLossChart(context),
    rateChart(context),
    ...known,
    ...otherMetrics(runs).map((metric) => metricChart(metric, context)),
  ];
  return charts.filter((chart) => chart.lines.some((line) => line.points.length > 0));
}

/** Drawn in the charts of the losses. */
const ALONE = new Set(['train_loss', 'val_loss']);
const LOSS = { unit: '', scale: 1, digits: undefined } as const;

interface Context {
  readonly runs: readonly Run[];
  readonly columns: number;
  readonly axis: Pick<Chart, 'xName' | 'range' | 'stepsPerEpoch'>;
}

function stepLossChart({ runs, columns, axis }: Context): Chart {
  const lines = runs.flatMap(({ history }, run): Line[] => {
    const ends = new Set(history.epochEnds);
    const points = pointsOf(
      history.rows.filter((row) => !ends.has(row)),
      'train_loss',
    );
    const span = smoothingSpan(points.length);
    return [
      { run, label: 'step', style: 'faint', points: thinned(points, columns) },
      {
        run,
        label: `smoothed over ${span}`,
        style: 'solid',
        points: thinned(smoothed(points, span), columns),
      },
    ];
  });
  return {
    ...{ id: 'step-loss', title: 'Training loss', metric: LOSS, lines, log: true, ratio: false, levels: [] },
    caption: 'Faint: each step. Strong: exponential moving average over a fiftieth of them.',
    ...axis,
  };
}

/** Points that the moving average spans. */
export function smoothingSpan(points: number): number {
  return Math.max(5, Math.round(points / 50));
}

function epochLossChart({ runs, columns, axis }: Context): Chart {
  const lines = runs.flatMap(({ history }, run): Line[] => [
    {
      run,
      label: 'training',
      style: 'second',
      points: thinned(pointsOf(history.epochEnds, 'train_loss'), columns),
    },
    {
      run,
      label: 'validation',
      style: 'solid',
      points: thinned(pointsOf(history.epochEnds, 'val_loss'), columns),
    },
  ]);
  const validated = lines.some((line) => line.label === 'validation' && line.points.length > 0);
  return {
    ...{
      id: 'epoch-loss',
      title: 'Loss of each epoch',
      metric: LOSS,
      lines,
      log: true,
      ratio: false,
      levels: [],
    },
    caption: `${validated ? 'Strong: validation' : 'No validation loss was logged'}. Dashed: the mean training loss of the epoch.`,
    ...axis,
  };
}

function rateChart({ runs, columns, axis }: Context): Chart {
  const lines = runs.map(
    ({ history }, run): Line => ({
      ...{ run, label: 'learning rate', style: 'solid' },
      points: thinned(pointsOf(history.rows, 'lr'), columns),
    }),
  );
  return {
    ...{ id: 'lr', title: 'Learning rate', metric: LOSS, lines, log: false, ratio: false, levels: [] },
    caption: 'Of the next update, as the log has it.',
    ...axis,
  };
}

function metricChart(metric: Metric, { runs, columns, axis }: Context): Chart {
  const { key, title, baseline } = metric;
  const lines = runs.flatMap(({ history }, run): Line[] => {
    const line = (of: string, label: string, style: Line['style']): Line => ({
      ...{ run, label, style },
      points: thinned(pointsOf(history.epochEnds, of), columns),
    });
    const own = line(key, baseline === undefined ? '' : 'policy', 'solid');
    return baseline === undefined ? [own] : [line(baseline, 'holding the state', 'dotted'), own];
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
  if (baseline !== undefined) return `${words} Dotted: holding the gripper state seen when each chunk began.`;
  if (key === 'val_gripper_latency_steps') return 'Predicted minus recorded switch; positive is late.';
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
