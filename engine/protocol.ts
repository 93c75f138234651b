/**
 * The engine's messages, each declared once: between a client and the supervisor (JSON-RPC, checked on both ends), and between
 * whoever runs a job and the process that holds the tensors.
 */
import * as v from 'valibot';
import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { EvaluateResult, PredictResult } from './evaluate/result.js';
import { jobCall, jobEvent, jobId, jobSchema } from './jobs.js';

/** Grows when a message changes so that an older peer would not understand it; each has a supervisor of its own. */
export const PROTOCOL_VERSION = 2;

/** A request, and the schemas of what is asked and answered: the receiver checks the one, the caller the other. */
export interface Call<Asked, Params, Result> {
  readonly type: RequestType<Asked, unknown, void>;
  readonly params: v.GenericSchema<Asked, Params>;
  readonly result: v.GenericSchema<unknown, Result>;
}

function call<Asked, Params, Result>(
  method: string,
  params: v.GenericSchema<Asked, Params>,
  result: v.GenericSchema<unknown, Result>,
): Call<Asked, Params, Result> {
  return { type: new RequestType(`engine/${method}`), params, result };
}

export interface Told<Params> {
  readonly type: NotificationType<Params>;
  readonly params: v.GenericSchema<unknown, Params>;
}

function told<Params>(method: string, params: v.GenericSchema<unknown, Params>): Told<Params> {
  return { type: new NotificationType(`engine/${method}`), params };
}

const nothing = v.strictObject({});
const oneJob = v.strictObject({ id: jobId });
const versions = v.object({
  protocol: v.number(),
  /** The package's version and a hash of its code. */
  code: v.string(),
  pid: v.number(),
});

/** Of the backend that `auto` takes. */
export const measuredSpeed = v.object({
  backend: v.string(),
  device: v.string(),
  matmulGflops: v.number(),
  convGflops: v.number(),
  /** ms since 1970 */
  measured: v.number(),
});

export const engineStatus = v.object({
  ...versions.entries,
  state: v.picklist(['idle', 'busy', 'draining']),
  /** ms since 1970 */
  started: v.number(),
  /** What the last `measureEngine` found, undefined until one ran. */
  engine: v.optional(measuredSpeed),
  /** Resident bytes of the supervisor and of all processes below it. */
  memory: v.number(),
  running: v.array(jobId),
  queued: v.array(jobId),
  log: v.string(),
});
export type EngineStatus = v.InferOutput<typeof engineStatus>;

/** The first request of a connection; any other before it is refused. */
export const hello = call(
  'hello',
  v.strictObject({
    token: v.pipe(v.string(), v.maxLength(256)),
    protocol: v.number(),
    code: v.pipe(v.string(), v.maxLength(256)),
  }),
  versions,
);
export const status = call('status', nothing, engineStatus);
export const startJob = call('startJob', jobCall, jobSchema);
export const listJobs = call('listJobs', nothing, v.object({ jobs: v.array(jobSchema) }));
/** Then `jobEvents` tells every event from `from` on, first those that were, then those that come. `first` is the oldest still kept. */
export const attach = call(
  'attach',
  v.strictObject({ id: jobId, from: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
  v.object({ job: jobSchema, first: v.number(), last: v.number() }),
);
export const detach = call('detach', oneJob, nothing);
/** Ends a job: one that waits at once; a fine-tune after its step and with a checkpoint. A second time kills it. */
export const cancel = call('cancel', oneJob, jobSchema);
/** A fine-tune finishes its step, writes a checkpoint and waits in memory; it keeps its device. */
export const pause = call('pause', oneJob, jobSchema);
/** Lets a waiting fine-tune go on, or starts a `resumable` job again where it stopped. */
export const resume = call('resume', oneJob, jobSchema);
export const stopAfterEpoch = call('stopAfterEpoch', oneJob, jobSchema);
export const stopNow = call('stopNow', oneJob, jobSchema);
/** Removes an ended job from the list; what it wrote stays. */
export const forget = call('forget', oneJob, nothing);
/** Takes no new jobs and gives the socket free for a successor; ends once the last job has. */
export const drain = call('drain', nothing, nothing);
/** Cancels every job, waits for their checkpoints, ends. */
export const shutdown = call('shutdown', nothing, nothing);

/** To every client. */
export const jobChanged = told('jobChanged', v.object({ job: jobSchema }));
export const jobForgotten = told('jobForgotten', v.object({ id: jobId }));
/** To those that are attached, in order. */
export const jobEvents = told('jobEvents', v.object({ id: jobId, events: v.array(jobEvent) }));
/** The last message of a connection that is closed on the peer. */
export const dropped = told('dropped', v.object({ code: v.string(), message: v.string() }));

/** What a fine-tuning tells while it runs: a JSON line each with `--json`. */
export type TrainEvent =
  | {
      readonly event: 'start';
      readonly runDir: string;
      /** Where the weights come from; `scratch` is said loudly. */
      readonly start: 'scratch' | 'weights' | 'resume';
      readonly from?: string | undefined;
      /** Backend and device, for a person. */
      readonly device: string;
      readonly trainWindows: number;
      readonly valWindows: number;
      readonly stepsPerEpoch: number;
      readonly firstEpoch: number;
      /** The total, also after a resume. */
      readonly epochs: number;
    }
  | { readonly event: 'note'; readonly message: string }
  | { readonly event: 'features'; readonly done: number; readonly total: number }
  | {
      readonly event: 'step';
      readonly epoch: number;
      readonly globalStep: number;
      readonly batch: number;
      readonly batches: number;
      readonly loss: number;
      readonly stepsPerSecond: number;
      readonly secondsLeft: number;
      /** Of the process that trains, all of it that lies in main memory. */
      readonly memoryBytes: number;
    }
  /** Begins after an epoch's last step; the next step, `epoch` or the result ends it. */
  | { readonly event: 'phase'; readonly phase: 'validating' | 'writing' }
  | {
      readonly event: 'epoch';
      readonly epoch: number;
      readonly epochs: number;
      /** The epoch's line of `logs.json.txt`. */
      readonly log: Readonly<Record<string, number>>;
      readonly stepsPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly event: 'checkpoint'; readonly path: string }
  /** It waits in memory, after its checkpoint. */
  | { readonly event: 'paused' }
  | { readonly event: 'continued' }
  /** A number of the training is none any more. With the builtin runner it ends with this; train.py may go on. */
  | {
      readonly event: 'notFinite';
      readonly what: 'loss' | 'gradient norm' | 'validation loss' | 'weights';
      /** NaN or an infinity. */
      readonly value: number;
      readonly epoch: number;
      /** As the log numbers it, from 0. */
      readonly globalStep: number;
      /** Undefined where the log does not tell. */
      readonly learningRate?: number | undefined;
      /** Those whose gradients (with `weights`: values) are not finite, the first of them; `count` tells how many there are. */
      readonly parameters: readonly string[];
      readonly count: number;
    };

export type RunState = 'running' | 'paused' | 'stopped' | 'done' | 'failed';

export interface TrainResult {
  readonly state: Extract<RunState, 'paused' | 'done'>;
  readonly runDir: string;
  /** Epochs that are finished, of the whole run. */
  readonly epochs: number;
  readonly best: { readonly checkpoint: string; readonly monitor: string; readonly value: number } | null;
}

/** Weights that a run starts from, when it does not go on with its own `latest.ckpt`. */
export type TrainStart =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'weights'; readonly checkpoint: string }
  | { readonly kind: 'resume'; readonly checkpoint: string };

export interface TrainJob {
  /** Absolute; made and held by whoever asks. */
  readonly runDir: string;
  /** Absolute path of the zarr data set. */
  readonly dataset: string;
  /** The composed config, interpolations as text, for the checkpoints' `cfg`; encoded by `encodePlain`. */
  readonly config: string;
  /** The same with every interpolation resolved; encoded by `encodePlain`. */
  readonly resolved: string;
  readonly start: TrainStart;
  /** Replaces `regrip.backend`. */
  readonly backend?: string;
}

export type Weights = 'ema' | 'model';

export interface Sampler {
  readonly method: 'ddpm' | 'ddim';
  readonly steps: number;
}

/** A finished policy and the data that it looks at. */
export interface PolicyJob {
  /** Absolute. */
  readonly checkpoint: string;
  readonly weights: Weights;
  /** The sections of the checkpoint's config that training reads, resolved; encoded by `encodePlain`. */
  readonly resolved: string;
  /** Absolute path of the zarr data set. */
  readonly dataset: string;
  readonly sampler: Sampler;
  readonly seed: number;
  /** Replaces `regrip.backend`. */
  readonly backend?: string;
}

export interface EvaluateJob extends PolicyJob {
  /** Indices into the data set's episodes. */
  readonly episodes: readonly number[];
  /** Windows that are taken together; without it the config's for the loss, and what fits for the samples. */
  readonly batchSize?: number;
}

export interface PredictJob extends PolicyJob {
  /** Indices into the training windows. */
  readonly windows: readonly number[];
  /** Absolute path of a safetensors file whose draws replace the seeded ones. */
  readonly noise?: string;
}

/** What an evaluation or a prediction tells while it runs. */
export type MeasureEvent =
  | { readonly event: 'note'; readonly message: string }
  | { readonly event: 'device'; readonly device: string }
  | {
      readonly event: 'measured';
      readonly what: 'validation loss' | 'sampled actions';
      readonly done: number;
      readonly total: number;
    };

/** Jobs of a worker by their kind: what it is asked, what it tells, what it answers. */
export interface Jobs {
  readonly train: { readonly job: TrainJob; readonly event: TrainEvent; readonly result: TrainResult };
  readonly evaluate: {
    readonly job: EvaluateJob;
    readonly event: MeasureEvent;
    readonly result: EvaluateResult;
  };
  readonly predict: {
    readonly job: PredictJob;
    readonly event: MeasureEvent;
    readonly result: PredictResult;
  };
}
export type JobKind = keyof Jobs;

/** What a training heeds while it runs, beside a request to stop. */
export type TrainRequest = 'pause' | 'continue' | 'stopAfterEpoch';

/** To the worker: one job a process, then requests. */
export type ToWorker =
  | { [Kind in JobKind]: { readonly kind: Kind; readonly job: Jobs[Kind]['job'] } }[JobKind]
  /** Finish the step, write a checkpoint, then answer `done` with the state `paused`. */
  | { readonly kind: 'stop' }
  | { readonly kind: TrainRequest };

export interface WorkerFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  /** Undefined for errors that are meant for the user. */
  readonly stack: string | undefined;
}

/** From the worker: events, then exactly one `done` or `failed`; an exit without either is a crash. */
export type FromWorker<Kind extends JobKind = JobKind> =
  | { readonly kind: 'event'; readonly event: Jobs[Kind]['event'] }
  | { readonly kind: 'done'; readonly result: Jobs[Kind]['result'] }
  | { readonly kind: 'failed'; readonly error: WorkerFailure };
