/** Messages between the supervisor and a job's process; both run the same code. */
import type { JobFailure, JobProgress } from '../wire/jobs.js';
import type { TrainEvent, TrainRequest } from '../wire/workerMessages.js';

export type ToJob =
  /** The words that follow `regrip`, typed in `cwd`. Once. */
  | { readonly kind: 'start'; readonly words: readonly string[]; readonly cwd: string }
  /** Like a first Ctrl-C. */
  | { readonly kind: 'stop' }
  /** Like a second. */
  | { readonly kind: 'kill' }
  | { readonly kind: 'ask'; readonly request: TrainRequest };

/** Then exactly one `done` or `failed`; an end without either is a crash. */
export type FromJob =
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'progress'; readonly progress: JobProgress }
  | { readonly kind: 'train'; readonly event: TrainEvent }
  | { readonly kind: 'device'; readonly device: string }
  | { readonly kind: 'runDir'; readonly path: string }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: JobFailure };
