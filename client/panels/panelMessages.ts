/** Every message between the extension and its panels, once: the schemas that both sides check them with, and their types. */
import * as v from 'valibot';
import { LOG_COLUMNS } from '../../server/viewerLists.js';
import { checkpointToHost, checkpointToPage } from '../editors/checkpointMessages.js';
import { zarrToHost, zarrToPage } from '../editors/zarrMessages.js';
import { dimensionAction, dimensions, MAX_FIELDS } from './dimensionMessages.js';
import {
  action,
  banner,
  count,
  hello,
  line,
  MAX_ROWS,
  maybe,
  type Of,
  ready,
  rows,
  settled,
  shape,
} from './messageParts.js';

export type { Banner } from './messageParts.js';

// ── Run ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Kept as typed arrays: they carry NaN, and cost no parsing. */
const column = v.instance(Float64Array);
/**
 * Buckets of a curve. Each spans the points from `x0` to `x1`; its lowest and highest value are `first` and `second` in the order in which
 * they came. NaN where it holds no finite value.
 */
const bucketColumns = v.object({ x0: column, x1: column, first: column, second: column, mean: column });
export type BucketColumns = Of<typeof bucketColumns>;

const JOB_STATES = [
  'queued',
  'running',
  'pausing',
  'stopping',
  'paused',
  'stopped',
  'done',
  'failed',
  'cancelled',
] as const;
const jobState = v.picklist(JOB_STATES);
export type JobState = Of<typeof jobState>;

const runControl = v.picklist(['pause', 'resume', 'stopAfterEpoch', 'stopNow']);
export type RunControl = Of<typeof runControl>;

const PHASES = ['reading', 'caching', 'training', 'validating', 'writing'] as const;
const phase = v.picklist(PHASES);
export type Phase = Of<typeof phase>;

/** The last value of a metric of the log, by its key. */
const runNumber = v.object({
  key: line,
  value: maybe,
  baseline: v.optional(maybe),
  best: v.optional(v.number()),
  isBest: v.boolean(),
});
export type RunNumber = Of<typeof runNumber>;

const progress = v.object({
  /** Completed fraction, 0 … 1. */
  part: v.number(),
  /** Counted from 1. */
  epoch: v.nullable(count),
  epochs: v.nullable(count),
  batch: v.nullable(count),
  batches: v.nullable(count),
  globalStep: v.nullable(count),
  stepsPerSecond: maybe,
  secondsLeft: maybe,
  memoryBytes: maybe,
  features: v.nullable(v.object({ done: count, total: count })),
});
export type RunProgressView = Of<typeof progress>;

const runHeader = v.object({
  name: line,
  runDir: line,
  state: jobState,
  reason: v.nullable(line),
  phase: v.nullable(phase),
  device: v.nullable(line),
  origin: v.nullable(line),
  progress,
  numbers: v.pipe(v.array(runNumber), v.maxLength(32)),
  controls: v.array(runControl),
  banners: v.array(banner),
  notes: v.pipe(v.array(line), v.maxLength(200)),
  /** The shown run first, then those that it is compared with. */
  runs: v.array(v.object({ id: count, name: line })),
});
export type RunHeader = Of<typeof runHeader>;

/** The buckets of one curve from number `from` on; those before stand as they were sent. */
const curveUpdate = v.object({ run: count, key: line, from: count, buckets: bucketColumns });
export type CurveUpdate = Of<typeof curveUpdate>;

const runAction = v.variant('kind', [
  v.object({ kind: v.literal('control'), control: runControl }),
  v.object({ kind: v.literal('openFolder') }),
  v.object({ kind: v.literal('copyCommand') }),
  v.object({ kind: v.literal('compare') }),
  v.object({ kind: v.literal('removeRun'), run: count }),
  /** Steps that all charts show; null shows the whole run and follows it. */
  v.object({ kind: v.literal('zoom'), range: v.nullable(v.tuple([v.number(), v.number()])) }),
]);
export type RunAction = Of<typeof runAction>;

const runToPage = v.variant('type', [
  hello,
  settled,
  v.object({ type: v.literal('runHeader'), header: runHeader }),
  v.object({
    type: v.literal('curves'),
    /** This message replaces all curves. */
    reset: v.boolean(),
    zoom: v.nullable(v.tuple([v.number(), v.number()])),
    updates: v.array(curveUpdate),
  }),
]);
const runToHost = v.variant('type', [ready, action(runAction)]);
export type RunToPage = Of<typeof runToPage>;

// ── Gripper ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const finding = v.object({
  code: line,
  severity: v.picklist(['error', 'warning', 'info']),
  /** The log's own number of the step. */
  step: v.nullable(v.number()),
  message: line,
});
const gripperReport = v.object({
  file: line,
  layout: v.nullable(line),
  checkpoint: v.nullable(line),
  steps: count,
  actionDim: v.nullable(count),
  min: maybe,
  max: maybe,
  uniqueValues: count,
  changes: count,
  switches: count,
  switchSteps: rows(v.number()),
  dwells: rows(v.number()),
  verdict: v.picklist(['switches', 'constant', 'drifts', 'chatters', 'no-gripper', 'unreadable']),
  findings: rows(finding),
});
export type GripperVerdict = Of<typeof gripperReport>['verdict'];

/** A log as the server's reader gives it. A row is a judged step, counted from 0. */
const gripperView = v.object({
  report: gripperReport,
  rows: count,
  isExecuted: v.boolean(),
  /** `steps` are rows, ascending; two for a bucket of `bucketSteps`: its least and its largest value. */
  trace: v.object({
    steps: rows(count),
    columns: v.pipe(v.array(rows(maybe)), v.length(LOG_COLUMNS.length)),
    bucketSteps: v.pipe(count, v.minValue(1)),
  }),
  latencyName: v.nullable(line),
  switchRows: rows(count),
  findingRows: rows(v.nullable(count)),
  /** Rows with a camera's frame. */
  frames: count,
});
export type GripperView = Of<typeof gripperView>;

const stepView = v.object({
  step: v.number(),
  /** (chunk, actionDim). */
  action: v.pipe(v.array(v.pipe(v.array(maybe), v.maxLength(64))), v.maxLength(256)),
  state: v.nullable(v.pipe(v.array(maybe), v.maxLength(64))),
  timing: v.record(line, maybe),
  hasFrame: v.boolean(),
});
export type StepView = Of<typeof stepView>;

const gripperAction = v.variant('kind', [
  v.object({ kind: v.literal('step'), log: count, row: count }),
  v.object({ kind: v.literal('openLog'), log: count }),
  v.object({ kind: v.literal('addLogs') }),
  /** Reads those again that have changed on disk. */
  v.object({ kind: v.literal('reload') }),
  v.object({ kind: v.literal('removeLog'), log: count }),
]);
export type GripperAction = Of<typeof gripperAction>;

const thresholds = v.object({ low: v.number(), high: v.number() });
export type ThresholdsView = Of<typeof thresholds>;

const gripperToPage = v.variant('type', [
  hello,
  settled,
  v.object({
    type: v.literal('logs'),
    ids: v.array(count),
    thresholds,
    pending: v.array(line),
    /** Names of those that have changed on disk. */
    outdated: v.array(line),
  }),
  v.object({ type: v.literal('log'), id: count, name: line, view: gripperView }),
  /** JPEG bytes where the step has a frame and it could be read. */
  v.object({
    type: v.literal('step'),
    log: count,
    row: count,
    step: stepView,
    jpeg: v.optional(v.instance(Uint8Array)),
    frameProblem: v.optional(line),
  }),
]);
const gripperToHost = v.variant('type', [ready, action(gripperAction)]);
export type GripperToPage = Of<typeof gripperToPage>;

// ── Conversion ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** How many of the newest thumbnails are kept; each is about ten kilobytes of JPEG. */
export const MAX_THUMBNAILS = 24;

const skipped = v.object({ episode: line, reason: line });
export type SkippedView = Of<typeof skipped>;

const conversion = v.object({
  input: line,
  output: line,
  state: jobState,
  reason: v.nullable(line),
  frames: count,
  totalFrames: v.nullable(count),
  framesPerSecond: maybe,
  secondsLeft: maybe,
  skipped: v.pipe(v.array(skipped), v.maxLength(500)),
  /** How many episodes were skipped in all. */
  skippedCount: count,
  notes: v.pipe(v.array(line), v.maxLength(200)),
  result: v.nullable(
    v.object({
      episodes: count,
      steps: count,
      seconds: v.number(),
      output: line,
      /** Where rotations are not as recorded. */
      turned: v.nullable(v.object({ rotation: line, actionDim: count })),
    }),
  ),
  controls: v.array(v.picklist(['cancel', 'resume'])),
});
export type ConversionView = Of<typeof conversion>;

const thumbnail = v.object({ id: count, episode: line, frame: count, jpeg: v.instance(Uint8Array) });
export type Thumbnail = Of<typeof thumbnail>;

const convertAction = v.variant('kind', [
  v.object({ kind: v.literal('cancel') }),
  v.object({ kind: v.literal('resume') }),
  v.object({ kind: v.literal('openDataSet') }),
  v.object({ kind: v.literal('copyCommand') }),
]);
export type ConvertAction = Of<typeof convertAction>;

const convertToPage = v.variant('type', [
  hello,
  settled,
  v.object({ type: v.literal('conversion'), conversion }),
  v.object({
    type: v.literal('thumbnails'),
    thumbnails: v.pipe(v.array(thumbnail), v.maxLength(MAX_THUMBNAILS)),
  }),
]);
const convertToHost = v.variant('type', [ready, action(convertAction)]);
export type ConvertToPage = Of<typeof convertToPage>;

// ── Adaptation plan ──────────────────────────────────────────────────────────────────────────────────────────────────

export const FATES = ['dropped', 'widened', 'initialised', 'copied'] as const;
const planRow = v.object({
  key: line,
  fate: v.picklist(FATES),
  from: v.nullable(shape),
  to: v.nullable(shape),
  /** What fills the new entries, or why a key is as it is. */
  detail: line,
});
export type PlanRow = Of<typeof planRow>;
export type Fate = PlanRow['fate'];

const adaptation = v.object({
  source: line,
  output: v.nullable(line),
  oldActionDim: count,
  newActionDim: count,
  strategy: line,
  weights: line,
  optimizer: line,
  /** What of the old policy is lost. */
  losses: v.pipe(v.array(v.object({ key: line, what: line })), v.maxLength(MAX_ROWS)),
  warnings: v.pipe(v.array(line), v.maxLength(500)),
  dimensions: v.pipe(v.array(dimensions), v.maxLength(MAX_FIELDS)),
  /** False while the plan that is shown was made with another map than the form's. */
  isMapPlanned: v.boolean(),
  state: v.picklist(['planned', 'planning', 'writing', 'written', 'failed', 'cancelled']),
  reason: v.nullable(line),
  /** The input that has changed since this was planned. */
  outdated: v.nullable(line),
});
export type AdaptationView = Of<typeof adaptation>;

const adaptAction = v.variant('kind', [
  /** `acceptLosses` is what the person ticked. */
  v.object({ kind: v.literal('write'), acceptLosses: v.boolean() }),
  v.object({ kind: v.literal('planAgain') }),
  ...dimensionAction.options,
  v.object({ kind: v.literal('cancel') }),
  v.object({ kind: v.literal('openResult') }),
  v.object({ kind: v.literal('copyCommand') }),
]);
export type AdaptAction = Of<typeof adaptAction>;

const adaptToPage = v.variant('type', [
  hello,
  settled,
  v.object({ type: v.literal('adaptation'), adaptation }),
  v.object({ type: v.literal('planRows'), rows: rows(planRow) }),
]);
const adaptToHost = v.variant('type', [ready, action(adaptAction)]);
export type AdaptToPage = Of<typeof adaptToPage>;

// ── The panels ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Each panel's messages in both directions. */
const PANELS = {
  run: { toPage: runToPage, toHost: runToHost },
  gripper: { toPage: gripperToPage, toHost: gripperToHost },
  convert: { toPage: convertToPage, toHost: convertToHost },
  adapt: { toPage: adaptToPage, toHost: adaptToHost },
  checkpoint: { toPage: checkpointToPage, toHost: checkpointToHost },
  zarr: { toPage: zarrToPage, toHost: zarrToHost },
} as const;
export type PanelKind = keyof typeof PANELS;
export const PANEL_KINDS = Object.keys(PANELS) as readonly PanelKind[];
export type ToPage<Kind extends PanelKind> = Of<(typeof PANELS)[Kind]['toPage']>;
type ToHost<Kind extends PanelKind> = Of<(typeof PANELS)[Kind]['toHost']>;
export type ActionOf<Kind extends PanelKind> = Extract<ToHost<Kind>, { type: 'action' }>['action'];

/** The message, or what is wrong with it in one sentence. */
type Checked<Message> = { readonly message: Message } | { readonly problem: string };

export function checkToPage<Kind extends PanelKind>(kind: Kind, value: unknown): Checked<ToPage<Kind>> {
  return check(PANELS[kind].toPage, value) as Checked<ToPage<Kind>>;
}

export function checkToHost<Kind extends PanelKind>(kind: Kind, value: unknown): Checked<ToHost<Kind>> {
  return check(PANELS[kind].toHost, value) as Checked<ToHost<Kind>>;
}

function check(schema: v.GenericSchema, value: unknown): Checked<unknown> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { message: result.output };
  const [issue] = result.issues;
  return { problem: `${v.getDotPath(issue) ?? 'message'}: ${issue.message}` };
}
