/** What a chart shows, before it is drawn. */

import type { Metric } from '../../formats/run/metrics.js';
import type { Point } from './curves.js';

export interface Line {
  /** Index of the run, which determines the colour; undefined for recorded data, which does not belong to a run. */
  readonly run: number | undefined;
  /** For the read-out, such as `validation`. */
  readonly label: string;
  readonly style: LineStyle;
  /** In the log's unit; thinned. */
  readonly points: readonly Point[];
}

/** `faint` is in the background, `dotted` is a baseline, `second` a companion; `stepped` holds its value until the next point. */
type LineStyle = 'solid' | 'faint' | 'dotted' | 'second' | 'stepped';

export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly metric: Pick<Metric, 'unit' | 'scale' | 'digits'>;
  readonly lines: readonly Line[];
  /** The name of the x axis. */
  readonly xName: string;
  /** First and last step of the axis; all curves over steps of one page have the same. */
  readonly range: readonly [number, number];
  /** Whether to use a logarithmic axis where the values spread far. */
  readonly log: boolean;
  /** Values from 0 to 1. */
  readonly ratio: boolean;
  /** Horizontal lines across the chart, in the log's unit. */
  readonly levels: readonly number[];
  /** Steps per epoch, where all runs have the same; for a second row below the axis. */
  readonly stepsPerEpoch: number | undefined;
}
