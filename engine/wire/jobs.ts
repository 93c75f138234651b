/** The jobs that the supervisor runs: requests, states and events. Both ends check against these schemas. */
import * as v from 'valibot';
import { ROTATIONS } from '../base/rotation.js';
import type { TrainEvent } from './workerMessages.js';

/** PATH_MAX of Linux; no file has a longer name. */
const MAX_PATH = 4096;
/** Two hundred paths: far more than anyone picks by hand, and a list of jobs still fits in one message. */
const MAX_CALL_BYTES = 32 * 1024;

const path = v.pipe(
  v.string(),
  v.maxLength(MAX_PATH),
  v.regex(/^(\/|[A-Za-z]:[\\/]|\\\\)[^\0]*$/, 'expected an absolute path'),
);
/** A positional word of the command line, not mistakable for an option. */
const word = v.pipe(
  v.string(),
  v.maxLength(MAX_PATH),
  v.regex(/^[^-\0][^\0]*$/, 'must not begin with a hyphen'),
);
const overrides = v.optional(v.array(word), []);
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const flag = v.optional(v.boolean(), false);
const backend = v.optional(v.picklist(['auto', 'tensorflow', 'tensorflow-cpu', 'tensorflow-cuda', 'wasm']));
const paths = v.pipe(v.array(path), v.minLength(1));

/** The request of a job, by its kind; the names are those of the command line's options. */
export const jobRequest = v.variant('kind', [
  v.strictObject({
    kind: v.literal('convert'),
    input: path,
    output: path,
    /** Width and height. */
    resolution: v.optional(v.strictTuple([whole, whole])),
    startEpisode: v.optional(whole),
    maxEpisodes: v.optional(whole),
    compressor: v.optional(v.picklist(['blosc', 'none'])),
    compressionLevel: v.optional(whole),
    gripper: v.optional(v.boolean(), true),
    rotation: v.optional(v.picklist(ROTATIONS)),
    processes: v.optional(whole),
    resume: flag,
    overwrite: flag,
  }),
  v.strictObject({
    kind: v.literal('adapt'),
    config: path,
    overrides,
    oldCkpt: path,
    /** Needed unless `dryRun`. */
    newCkpt: v.optional(path),
    strategy: v.optional(v.picklist(['transplant', 'reinit'])),
    weights: v.optional(v.picklist(['ema', 'model'])),
    optimizer: v.optional(v.picklist(['widen', 'reset'])),
    /** Old name of an observation → new name. */
    rename: v.optional(v.record(word, word), {}),
    /** Which old dimensions the new ones continue, as `--map` takes them. */
    map: v.optional(v.array(word), []),
    allowDrop: flag,
    seed: v.optional(whole),
    dryRun: flag,
    overwrite: flag,
    /** The fingerprint of the plan to write: refused when its inputs changed. */
    expect: v.optional(word),
  }),
  v.strictObject({
    kind: v.literal('finetune'),
    config: path,
    overrides,
    oldCkpt: v.optional(path),
    init: v.optional(path),
    runDir: v.optional(path),
    runner: v.optional(v.picklist(['builtin', 'torch', 'python'])),
    /** A path, or a name on PATH. */
    python: v.optional(word),
    trainScript: v.optional(path),
    onNan: v.optional(v.picklist(['stop', 'continue'])),
    backend,
  }),
  v.strictObject({
    kind: v.literal('gripper'),
    logs: paths,
    low: v.optional(v.number()),
    high: v.optional(v.number()),
    data: v.optional(path),
  }),
  v.strictObject({
    kind: v.literal('evaluate'),
    checkpoint: path,
    overrides,
    data: v.optional(path),
    weights: v.optional(v.picklist(['ema', 'model'])),
    sampler: v.optional(v.picklist(['ddpm', 'ddim'])),
    steps: v.optional(whole),
    seed: v.optional(whole),
    split: v.optional(v.picklist(['val', 'train', 'all'])),
    /** `0,3,7-9` */
    episodes: v.optional(word),
    batchSize: v.optional(whole),
    backend,
  }),
  v.strictObject({ kind: v.literal('report'), runs: paths, output: v.optional(path), overwrite: flag }),
  v.strictObject({ kind: v.literal('installEngine'), cuda: flag, wheels: v.optional(path) }),
  v.strictObject({ kind: v.literal('measureEngine') }),
]);
export type JobRequest = v.InferOutput<typeof jobRequest>;
/** As a caller writes it: fields with a default may be left out. */
export type JobRequestInput = v.InferInput<typeof jobRequest>;
export type EngineJobKind = JobRequest['kind'];

/** A job's request and the folder that relative paths of a config are resolved against. */
export const jobCall = v.pipe(
  v.strictObject({ cwd: path, request: jobRequest }),
  v.check(
    (call) => new TextEncoder().encode(JSON.stringify(call)).length <= MAX_CALL_BYTES,
    `longer than ${MAX_CALL_BYTES} bytes: name folders or patterns instead of files`,
  ),
);
export type JobCall = v.InferOutput<typeof jobCall>;

export const jobId = v.pipe(v.string(), v.regex(/^[0-9]{8}-[0-9]{6}-[a-zA-Z]+-[0-9a-f]{8}$/));

/** Any number, including NaN and the infinities, which `v.number` only partly accepts. */
export const real = v.union([v.number(), v.nan()]);
/** null in logs of earlier versions means NaN. */
const measured = v.pipe(
  v.nullable(real),
  v.transform((value) => value ?? Number.NaN),
);

export const jobProgress = v.object({
  done: v.number(),
  total: v.number(),
  /** `frames`, `steps` … */
  unit: v.string(),
  /** Units per second; undefined until known. */
  rate: v.optional(v.number()),
  /** Seconds. */
  timeLeft: v.optional(v.number()),
  /** In a conversion: the image converted last. */
  last: v.optional(v.object({ episode: v.string(), frame: v.number(), path: v.string() })),
});
export type JobProgress = v.InferOutput<typeof jobProgress>;

export const jobFailure = v.object({ code: v.string(), message: v.string(), hint: v.optional(v.string()) });
export type JobFailure = v.InferOutput<typeof jobFailure>;

/**
 * `paused`: a fine-tune that continues on request. While its process waits with everything in memory `ended` is undefined; one
 * that was stopped wrote a checkpoint and ended. `cancelled`: the user ended it.
 */
export const jobState = v.picklist([
  'queued',
  'running',
  'paused',
  'stopping',
  'done',
  'failed',
  'cancelled',
]);
export type JobState = v.InferOutput<typeof jobState>;

/** Times are ms since 1970. */
export const jobSchema = v.object({
  id: jobId,
  kind: v.picklist([
    'convert',
    'adapt',
    'finetune',
    'gripper',
    'evaluate',
    'report',
    'installEngine',
    'measureEngine',
  ]),
  title: v.string(),
  /** The input and output paths, where there is one of each. Absolute. */
  input: v.optional(v.string()),
  output: v.optional(v.string()),
  state: jobState,
  queued: v.number(),
  started: v.optional(v.number()),
  ended: v.optional(v.number()),
  progress: v.optional(jobProgress),
  /** The same job as a command for a POSIX shell, run in `cwd`. */
  command: v.string(),
  cwd: v.string(),
  /** A fine-tune's run folder, once it is known. */
  runDir: v.optional(v.string()),
  /** Where its tensors are computed, for a person, once it is known. */
  device: v.optional(v.string()),
  /** `resume` starts it again where it stopped. */
  resumable: v.boolean(),
  error: v.optional(jobFailure),
});
export type Job = v.InferOutput<typeof jobSchema>;

const text = { event: v.literal('note'), message: v.string() } as const;
const pace = { stepsPerSecond: measured, secondsLeft: measured } as const;
const trainEvent: v.GenericSchema<unknown, TrainEvent> = v.variant('event', [
  v.object({
    event: v.literal('start'),
    runDir: v.string(),
    start: v.picklist(['scratch', 'weights', 'resume']),
    from: v.optional(v.string()),
    device: v.string(),
    trainWindows: v.optional(v.number()),
    valWindows: v.optional(v.number()),
    stepsPerEpoch: v.optional(v.number()),
    firstEpoch: v.number(),
    epochs: v.number(),
  }),
  v.object(text),
  v.object({ event: v.literal('features'), done: v.number(), total: v.number() }),
  v.object({
    event: v.literal('step'),
    epoch: v.number(),
    globalStep: v.number(),
    batch: v.number(),
    batches: v.number(),
    loss: measured,
    ...pace,
    memoryBytes: v.number(),
  }),
  v.object({ event: v.literal('phase'), phase: v.picklist(['validating', 'writing']) }),
  v.object({
    event: v.literal('epoch'),
    epoch: v.number(),
    epochs: v.number(),
    log: v.record(v.string(), measured),
    ...pace,
  }),
  v.object({ event: v.literal('checkpoint'), path: v.string() }),
  v.object({ event: v.literal('paused') }),
  v.object({ event: v.literal('continued') }),
  v.object({
    event: v.literal('notFinite'),
    what: v.picklist(['loss', 'gradient norm', 'validation loss', 'weights']),
    value: measured,
    epoch: v.number(),
    globalStep: v.number(),
    learningRate: v.optional(measured),
    parameters: v.array(v.string()),
    count: v.number(),
  }),
]);

/** A job's events, in order. The result comes before the state `done`; `jobResults` gives its shape by the job's kind. */
export const jobTelling = v.variant('kind', [
  v.object({ kind: v.literal('state'), state: jobState, error: v.optional(jobFailure) }),
  v.object({ kind: v.literal('log'), text: v.string() }),
  v.object({ kind: v.literal('progress'), progress: jobProgress }),
  v.object({ kind: v.literal('train'), event: trainEvent }),
  v.object({ kind: v.literal('result'), result: v.unknown() }),
]);
export type JobTelling = v.InferOutput<typeof jobTelling>;

/** `seq` counts from 1 without gaps. */
export const jobEvent = v.object({ seq: v.number(), time: v.number(), told: jobTelling });
export type JobEvent = v.InferOutput<typeof jobEvent>;

/** Whether a job's process may still do something. */
export function isLive(job: Job): boolean {
  return job.ended === undefined;
}
