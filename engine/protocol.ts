/** Messages between the command line or the editor and the process that holds the tensors. */

/** What a fine-tuning tells while it runs: a JSON line each with `--json`. */
export type TrainEvent =
  | {
      readonly event: 'start';
      readonly runDir: string;
      /** Where the weights come from; `scratch` is said loudly. */
      readonly start: 'scratch' | 'weights' | 'resume';
      readonly from: string | undefined;
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
    }
  | {
      readonly event: 'epoch';
      readonly epoch: number;
      readonly epochs: number;
      /** The epoch's line of `logs.json.txt`. */
      readonly log: Readonly<Record<string, number>>;
      readonly stepsPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly event: 'checkpoint'; readonly path: string };

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
  /** Absolute. */
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

/** To the worker: one job a process, then at most a request to stop it. */
export type ToWorker =
  | { readonly kind: 'train'; readonly job: TrainJob }
  /** Finish the step, write a checkpoint, then answer `done` with the state `paused`. */
  | { readonly kind: 'stop' };

export interface WorkerFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  /** Undefined for errors that are meant for the user. */
  readonly stack: string | undefined;
}

/** From the worker: events, then exactly one `done` or `failed`; an exit without either is a crash. */
export type FromWorker =
  | { readonly kind: 'event'; readonly event: TrainEvent }
  | { readonly kind: 'done'; readonly result: TrainResult }
  | { readonly kind: 'failed'; readonly error: WorkerFailure };
