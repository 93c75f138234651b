/** What a chart shows, before it is drawn. */

import type { Metric } from '../../formats/run/metrics.js';
import type { Point } from './curves.js';

export interface Line {
  /** Index of the run, which gives the colour; undefined for what was recorded, which belongs to no run. */
  readonly run: number | undefined;
  /** For the read-out, such as `validation`. */
  readonly label: string;
  readonly style: LineStyle;
  /** In the log's unit; thinned. */
  readonly points: readonly Point[];
}

/** `faint` lies behind, `dotted` is a baseline, `second` a companion; `stepped` holds its value until the next point. */
type LineStyle = 'solid' | 'faint' | 'dotted' | 'second' | 'stepped';

export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly metric: Pick<Metric, 'unit' | 'scale' | 'digits'>;
  readonly lines: readonly Line[];
  /** What a step counts. */
  readonly xName: string;
  /** First and last step of the axis; all curves over steps of one page have the same. */
  readonly range: readonly [number, number];
  /** A logarithmic axis where the values spread far. */
  readonly log: boolean;
  /** Values from 0 to 1. */
  readonly ratio: boolean;
  /** Horizontal lines across the chart, in the log's unit. */
  readonly levels: readonly number[];
  /** Steps of each epoch, where all runs have the same; for a second row below the axis. */
  readonly stepsPerEpoch: number | undefined;
}
