/** The predicted and the recorded gripper, one chart per validation episode. */
import type { Chart, Line } from './chart.js';
import type { Run } from './run.js';

/** Maximum number of charts; upstream's validation has at most a handful of episodes. */
const MAX_EPISODES = 24;

interface GripperCharts {
  readonly charts: readonly Chart[];
  /** Episodes that were left out. */
  readonly left: number;
}

/** Runs share a chart where they were validated on the same steps of the same recording. */
export function gripperCharts(runs: readonly Run[]): GripperCharts {
  const groups = new Map<string, Group>();
  for (const [run, { gripper }] of runs.entries())
    for (const { episode, steps, recorded, predicted } of gripper?.episodes ?? []) {
      const key = JSON.stringify([episode, steps, recorded, gripper!.thresholds]);
      const group = groups.get(key) ?? { episode, thresholds: gripper!.thresholds, lines: [] };
      groups.set(key, group);
      const line = (values: readonly number[]): Line['points'] =>
        values.map((y, i) => ({ x: steps[i]!, y, epoch: undefined }));
      if (group.lines.length === 0)
        group.lines.push({ run: undefined, label: 'recorded', style: 'stepped', points: line(recorded) });
      group.lines.push({ run, label: 'predicted', style: 'solid', points: line(predicted) });
    }
  const charts = [...groups.values()].sort((a, b) => a.episode - b.episode).map(chartOf);
  return { charts: charts.slice(0, MAX_EPISODES), left: Math.max(0, charts.length - MAX_EPISODES) };
}

interface Group {
  readonly episode: number;
  readonly thresholds: { readonly low: number; readonly high: number };
  readonly lines: Line[];
}

function chartOf({ episode, thresholds, lines }: Group, index: number): Chart {
  const steps = lines.flatMap((line) => line.points.map((point) => point.x));
  const end = (pick: (...two: number[]) => number): number =>
    steps.reduce((a, b) => pick(a, b), steps[0] ?? 0);
  return {
    ...{ id: `gripper-${index}`, title: `Episode ${episode}`, caption: '', lines },
    ...{ xName: 'step of the episode', range: [end(Math.min), end(Math.max)] },
    metric: { unit: '', scale: 1, digits: 3 },
    ...{ log: false, ratio: false, levels: [thresholds.low, thresholds.high], stepsPerEpoch: undefined },
  };
}
