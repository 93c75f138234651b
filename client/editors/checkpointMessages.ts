/** Messages between the checkpoint editor and its page. Names are as they are shown; a row is identified by its position in the list. */
import * as v from 'valibot';
import { KEY_VERDICTS } from '../../server/viewerLists.js';
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

const verdict = v.picklist(KEY_VERDICTS);

const stateDict = v.object({
  name: line,
  kind: v.picklist(['weights', 'optimizer']),
  keys: count,
  values: count,
});

const checkpoint = v.object({
  name: line,
  path: line,
  state: v.picklist(['reading', 'read', 'failed']),
  reason: v.nullable(line),
  bytes: v.nullable(count),
  policy: v.nullable(line),
  actionDim: v.nullable(count),
  epoch: v.nullable(v.number()),
  globalStep: v.nullable(v.number()),
  stateDicts: v.pipe(v.array(stateDict), v.maxLength(128)),
  /** Which of them is shown. */
  shown: count,
  /** The training that it is compared with. */
  target: v.nullable(line),
  banners: v.pipe(v.array(banner), v.maxLength(32)),
});
export type CheckpointView = Of<typeof checkpoint>;

const keyRow = v.object({
  name: line,
  /** Null where the file lacks the key. */
  shape: v.nullable(shape),
  dtype: v.nullable(line),
  /** The earlier key that is the same tensor. */
  alias: v.nullable(line),
  verdict,
  expected: v.nullable(shape),
  fate: v.nullable(v.picklist(['copied', 'widened', 'initialised', 'dropped', 'refused'])),
  gets: v.nullable(line),
});
export type KeyRowView = Of<typeof keyRow>;

const keyDetail = v.object({
  meaning: line,
  aliases: v.pipe(v.array(line), v.maxLength(32)),
  dimensions: v.pipe(
    v.array(
      v.object({
        size: count,
        meaning: line,
        setBy: v.pipe(v.array(v.object({ path: line, canOpen: v.boolean() })), v.maxLength(512)),
      }),
    ),
    v.maxLength(32),
  ),
  verdict,
  why: line,
  fate: v.nullable(line),
  fix: v.nullable(line),
});
export type KeyDetailView = Of<typeof keyDetail>;

const histogram = v.object({
  elements: count,
  min: maybe,
  max: maybe,
  mean: maybe,
  std: maybe,
  nan: count,
  infinite: count,
  zeros: count,
  counts: v.pipe(v.array(count), v.maxLength(1024)),
});
export type HistogramView = Of<typeof histogram>;

const checkpointAction = v.variant('kind', [
  v.object({ kind: v.literal('showStateDict'), stateDict: count }),
  v.object({ kind: v.literal('explain'), row: count }),
  v.object({ kind: v.literal('histogram'), row: count }),
  /** Opens the config where the value is written that sets a dimension of the key explained last. */
  v.object({ kind: v.literal('openPlace'), dimension: count, source: count }),
  v.object({ kind: v.literal('copyFix') }),
  v.object({ kind: v.literal('openListing') }),
  v.object({ kind: v.literal('selectTarget') }),
]);
export type CheckpointAction = Of<typeof checkpointAction>;

export const checkpointToPage = v.variant('type', [
  hello,
  settled,
  v.object({ type: v.literal('checkpoint'), checkpoint }),
  /** The keys of the state dict that is shown, all at once. */
  v.object({ type: v.literal('keys'), stateDict: count, rows: rows(keyRow) }),
  v.object({ type: v.literal('key'), row: count, detail: keyDetail }),
  v.object({ type: v.literal('histogram'), row: count, histogram }),
]);
export const checkpointToHost = v.variant('type', [ready, action(checkpointAction)]);
export type CheckpointToPage = Of<typeof checkpointToPage>;
