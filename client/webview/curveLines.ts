/** Buckets of a curve as lines: the restless one faintly, its moving average strongly; few points as they are. */

import { smoothedValues, smoothingSpan } from '../../engine/formats/run/smoothing.js';
import { BUCKET_COLUMNS } from '../panels/buckets.js';
import type { BucketColumns, CurveUpdate } from '../panels/panelMessages.js';
import type { LineStyle } from './inks.js';
import type { ChartLine } from './lines.js';

export interface CurveParts {
  readonly key: string;
  readonly label: string;
  readonly style: Extract<LineStyle, 'main' | 'marked' | 'baseline'>;
  /** From the log's unit to the drawn one. */
  readonly scale: number;
  /** Draws the moving average over the curve itself. */
  readonly isRestless: boolean;
  /** Left out where several runs share the chart. */
  readonly isForOneRun?: boolean;
}

interface Owner {
  readonly run: number;
  /** The run's name; empty where there is one run only. */
  readonly owner: string;
  readonly ink: number;
}

/** Fewer points, or none between which a mean hides anything, are drawn as they are. */
const LEAST_TO_SMOOTH = 60;

/** The buckets that were told before, up to `from`, and the new ones. */
export function withUpdate(before: BucketColumns | undefined, { from, buckets }: CurveUpdate): BucketColumns {
  if (before === undefined || from === 0) return buckets;
  const joined = BUCKET_COLUMNS.map((name) => {
    const column = new Float64Array(from + buckets[name].length);
    column.set(before[name].subarray(0, from));
    column.set(buckets[name], from);
    return [name, column] as const;
  });
  return Object.fromEntries(joined) as BucketColumns;
}

export function drawnLines(
  buckets: BucketColumns,
  curve: CurveParts,
  { run, owner, ink }: Owner,
): ChartLine[] {
  const count = buckets.x0.length;
  if (count === 0) return [];
  const { key, scale, style } = curve;
  const line = { id: `${run}/${key}`, label: curve.label, owner, style, ink };
  const raw = zigzag(buckets, scale);
  if (!curve.isRestless || count < LEAST_TO_SMOOTH) return [{ ...line, ...raw }];
  const mean = smoothedValues(buckets.mean, smoothingSpan(count)).map((value) => value * scale);
  return [
    { ...line, ...raw, id: `${line.id}/raw`, style: 'faint' },
    { ...line, x: buckets.x1, y: mean },
  ];
}

/** A point for a bucket of one, else its two extremes in their order. */
function zigzag({ x0, x1, first, second }: BucketColumns, scale: number): Pick<ChartLine, 'x' | 'y'> {
  const x: number[] = [];
  const y: number[] = [];
  for (let i = 0; i < x0.length; i++) {
    x.push(x0[i]!);
    y.push(first[i]! * scale);
    if (x1[i] === x0[i]) continue;
    x.push(x1[i]!);
    y.push(second[i]! * scale);
  }
  return { x, y };
}
