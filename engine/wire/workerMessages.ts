/** Messages between the process that runs a job and the process that holds the tensors. */
import type { Failure } from '../base/errors.js';
import type { Weights } from '../judge/adapt/types.js';
import type { EvaluateResult, PredictResult } from './evaluateResult.js';

/** What a fine-tuning reports while it runs: one JSON line each with `--json`. */
export type TrainEvent =
  | {
      readonly event: 'start';
      readonly runDir: string;
      /** Where the weights come from; `scratch` is reported prominently. */
      readonly start: 'scratch' | 'weights' | 'resume';
      readonly from?: string | undefined;
      /** Backend and device, for a person. */
      readonly device: string;
      /** These three are absent where only the training's own data set class knows. */
      readonly trainWindows?: number | undefined;
      readonly valWindows?: number | undefined;
      readonly stepsPerEpoch?: number | undefined;
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
      /** Resident bytes of the training process. */
      readonly memoryBytes: number;
    }
  /** Starts after an epoch's last step; the next step, `epoch` or the result ends it. */
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
  /** The training waits in memory, after writing a checkpoint. */
  | { readonly event: 'paused' }
  | { readonly event: 'continued' }
  /** A value of the training became NaN or infinite. The builtin runner ends with this; train.py may continue. */
  | {
      readonly event: 'notFinite';
      readonly what: 'loss' | 'gradient norm' | 'validation loss' | 'weights';
      /** NaN or an infinity. */
      readonly value: number;
      readonly epoch: number;
      /** As the log numbers it, from 0. */
      readonly globalStep: number;
      /** Undefined where the log does not say. */
      readonly learningRate?: number | undefined;
      /** The first keys whose gradients (with `weights`: values) are not finite; `count` is their number. */
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

/** Weights that a run starts from, when it does not resume its own `latest.ckpt`. */
export type TrainStart =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'weights'; readonly checkpoint: string }
  | { readonly kind: 'resume'; readonly checkpoint: string };

/** The user's own PyTorch, where it computes instead of the builtin engine. */
export interface TorchPlace {
  /** The interpreter. */
  readonly python: string;
  /** Folders from which the project's own modules are imported, absolute; the process starts in the first. */
  readonly folders: readonly string[];
  /** What it prints is appended to this file; absolute. Without one only the end is kept, for an error. */
  readonly log?: string;
}

export interface TrainJob {
  /** Absolute; created and locked by the caller. */
  readonly runDir: string;
  /** Absolute path of the data set. */
  readonly dataset: string;
  /** The composed config, interpolations as text, for the checkpoints' `cfg`; encoded by `encodePlain`. */
  readonly config: string;
  /** The same with every interpolation resolved; encoded by `encodePlain`. */
  readonly resolved: string;
  readonly start: TrainStart;
  /** Replaces `regrip.backend`. */
  readonly backend?: string;
  readonly torch?: TorchPlace;
}

export interface Sampler {
  readonly method: 'ddpm' | 'ddim';
  readonly steps: number;
}

/** A finished policy and the data it is applied to. */
export interface PolicyJob {
  /** Absolute. */
  readonly checkpoint: string;
  readonly weights: Weights;
  /** The sections of the checkpoint's config that training reads, resolved; encoded by `encodePlain`. */
  readonly resolved: string;
  /** Absolute path of the data set. */
  readonly dataset: string;
  readonly sampler: Sampler;
  readonly seed: number;
  /** Replaces `regrip.backend`. */
  readonly backend?: string;
  readonly torch?: TorchPlace;
}

export interface EvaluateJob extends PolicyJob {
  /** Indices into the data set's episodes. */
  readonly episodes: readonly number[];
  /** Windows per batch; by default the config's for the loss, and as many as fit for the samples. */
  readonly batchSize?: number;
}

export interface PredictJob extends PolicyJob {
  /** Indices into the training windows. */
  readonly windows: readonly number[];
  /** Absolute path of a safetensors file whose draws replace the seeded ones. */
  readonly noise?: string;
}

/** What an evaluation or a prediction reports while it runs. */
export type MeasureEvent =
  | { readonly event: 'note'; readonly message: string }
  | { readonly event: 'device'; readonly device: string }
  | {
      readonly event: 'measured';
      readonly what: 'validation loss' | 'sampled actions';
      readonly done: number;
      readonly total: number;
    };

/** A worker's jobs by kind: request, events and answer. */
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

/** What a training responds to while it runs, besides a stop request. */
export type TrainRequest = 'pause' | 'continue' | 'stopAfterEpoch';

/** To the worker: one job per process, then requests. */
export type ToWorker =
  | { [Kind in JobKind]: { readonly kind: Kind; readonly job: Jobs[Kind]['job'] } }[JobKind]
  /** Finish the step, write a checkpoint, then answer `done` with the state `paused`. */
  | { readonly kind: 'stop' }
  | { readonly kind: TrainRequest };

/** From the worker: events, then exactly one `done` or `failed`; an exit without either is a crash. */
export type FromWorker<Kind extends JobKind = JobKind> =
  | { readonly kind: 'event'; readonly event: Jobs[Kind]['event'] }
  | { readonly kind: 'done'; readonly result: Jobs[Kind]['result'] }
  | { readonly kind: 'failed'; readonly error: Failure };
