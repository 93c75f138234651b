/** The metrics of a report's runs: those a log holds besides the known ones, and their last and best values. */
import { METRICS, type Metric, otherMetric } from '../../formats/run/metrics.js';
import type { Row } from './history.js';
import type { Run } from './run.js';

const KNOWN = new Set([
  ...METRICS.flatMap(({ key, baseline }) => (baseline === undefined ? [key] : [key, baseline])),
  ...['global_step', 'epoch', 'lr'],
]);

/** Crafted logs may add a key per line; real ones add a handful, such as `test_mean_score`. */
const MAX_OTHERS = 12;

/** Metrics that an environment runner or a fork of the trainer adds, by their names in the log. */
export function otherMetrics(runs: readonly Run[]): Metric[] {
  const keys = new Set<string>();
  for (const { history } of runs)
    for (const row of history.epochEnds)
      for (const key of Object.keys(row.values)) if (!KNOWN.has(key) && keys.size < MAX_OTHERS) keys.add(key);
  return [...keys].map(otherMetric);
}

export interface Place {
  readonly value: number;
  readonly epoch: number | undefined;
  readonly step: number;
}

export interface MetricSummary {
  readonly last: Place;
  /** Undefined where neither direction is better, or no value is finite. */
  readonly best: Place | undefined;
}

/** Over the epoch ends; undefined where the run never logged it there. */
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
