/** What a chart is made of, and its lines as the drawing library wants them. */
import uPlot from 'uplot';
import type { LineStyle } from './inks.js';

export interface ChartLine {
  readonly id: string;
  /** What the line is; empty where the chart's title says it. */
  readonly label: string;
  /** Whose it is; empty where all lines are of one run. */
  readonly owner: string;
  /** Rising. */
  readonly x: ArrayLike<number>;
  /** NaN leaves a gap. */
  readonly y: ArrayLike<number>;
  readonly style: LineStyle;
  /** Number of the colour and dash. */
  readonly ink: number;
}

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  readonly look: ChartLook;
  /** A value as a person reads it. */
  readonly shown: (value: number) => string;
  /** Title of the x axis, such as `step`. */
  readonly xName: string;
  readonly onZoom?: (range: readonly [number, number] | null) => void;
  readonly onPress?: (x: number) => void;
}

export interface ChartLook {
  /** The y axis; `ratio` is 0 … 1. */
  readonly y: 'ratio' | 'zero' | 'free';
  /** A logarithmic axis where values differ much. */
  readonly log?: boolean;
  /** Horizontal lines, such as thresholds. */
  readonly levels?: readonly number[];
  /** Values hold until the next one. */
  readonly isStepped?: boolean;
  /** Fills between the lines of these ids. */
  readonly band?: readonly [upper: string, lower: string];
  /** Leaves room for marks above. */
  readonly hasMarks?: boolean;
  /** CSS pixels. */
  readonly height?: number;
  /** For the y axis, where a value's text is too long. */
  readonly tick?: (value: number) => string;
}

/** Index of the point that is nearest to `x`; `xs` is not empty. */
export function nearest(xs: ArrayLike<number>, x: number): number {
  let [low, high] = [0, xs.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (xs[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low > 0 && x - xs[low - 1]! < xs[low]! - x ? low - 1 : low;
}

/** Lines on one x axis: where a line has no point of its own it is drawn through, where it has no number it has a gap. */
export function aligned(lines: readonly ChartLine[], isLog: boolean): uPlot.AlignedData {
  if (lines.length === 0) return [[]];
  const tables = lines.map(({ x, y }): uPlot.AlignedData => {
    const values = Array.from(y, (value) => (Number.isFinite(value) && (!isLog || value > 0) ? value : null));
    return [Array.from(x), values];
  });
  return tables.length === 1 ? tables[0]! : uPlot.join(tables);
}
