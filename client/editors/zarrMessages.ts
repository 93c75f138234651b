/** Messages between the data set viewer and its page. */
import * as v from 'valibot';
import {
  action,
  banner,
  count,
  hello,
  line,
  maybe,
  type Of,
  ready,
  rows,
  settled,
  shape,
} from '../panels/messageParts.js';

const array = v.object({
  name: line,
  shape,
  dtype: line,
  chunks: shape,
  /** Codec and options in a few words. */
  compressor: line,
});

const LINE_STYLES = ['main', 'baseline'] as const;
const traceLine = v.object({ label: line, style: v.picklist(LINE_STYLES), ink: count });

/** A chart of columns over steps; its lines come with `trace`. */
const trace = v.object({
  id: line,
  title: line,
  look: v.picklist(['gripper', 'position', 'free']),
  lines: v.pipe(v.array(traceLine), v.maxLength(32)),
});
export type TraceChart = Of<typeof trace>;

const dataSet = v.object({
  name: line,
  path: line,
  state: v.picklist(['reading', 'read', 'failed']),
  reason: v.nullable(line),
  /** Cumulative. */
  episodeEnds: rows(count),
  arrays: v.pipe(v.array(array), v.maxLength(1_000)),
  /** Arrays of images that are shown. */
  cameras: v.pipe(v.array(v.object({ array: line, height: count, width: count })), v.maxLength(8)),
  traces: v.pipe(v.array(trace), v.maxLength(32)),
  /** As recorded; null where the data set does not say. */
  framesPerSecond: maybe,
  banners: v.pipe(v.array(banner), v.maxLength(32)),
});
export type DataSetView = Of<typeof dataSet>;

const zarrAction = v.variant('kind', [
  v.object({ kind: v.literal('frame'), camera: count, step: count, maxWidth: v.pipe(count, v.minValue(1)) }),
  /** Steps `fromStep` … `toStep` - 1 of a chart's lines. */
  v.object({
    kind: v.literal('trace'),
    chart: line,
    fromStep: count,
    toStep: count,
    maxPoints: v.pipe(count, v.minValue(2)),
  }),
  v.object({ kind: v.literal('refresh') }),
]);
export type ZarrAction = Of<typeof zarrAction>;

export const zarrToPage = v.variant('type', [
  hello,
  settled,
  v.object({ type: v.literal('dataSet'), dataSet }),
  v.object({
    type: v.literal('frame'),
    camera: count,
    step: count,
    jpeg: v.optional(v.instance(Uint8Array)),
    problem: v.optional(line),
  }),
  v.object({
    type: v.literal('trace'),
    chart: line,
    fromStep: count,
    toStep: count,
    /** Steps that a pair of points represents; 1 when all steps are included. */
    bucketSteps: v.pipe(count, v.minValue(1)),
    /** In the chart's order; one whose array cannot be read is empty. */
    lines: v.pipe(v.array(v.object({ steps: rows(count), values: rows(maybe) })), v.maxLength(32)),
    problem: v.optional(line),
  }),
]);
export const zarrToHost = v.variant('type', [ready, action(zarrAction)]);
export type ZarrToPage = Of<typeof zarrToPage>;
