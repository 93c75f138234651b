/** A worker process: receives one job by message, reports events, answers once, ends. */
import { diskError } from '../base/diskErrors.js';
import { type Failure, RegripError, unreachable } from '../base/errors.js';
import type { FromWorker, JobKind, Jobs, ToWorker } from '../wire/workerMessages.js';
import type { OpenEngine } from './loop/compute.js';
import { trainJob } from './loop/job.js';
import { evaluateJob } from './measure/evaluate.js';
import { predictJob } from './measure/predict.js';

let stopAsked = false;
let stopAfterEpochAsked = false;
let pause: { readonly over: Promise<void>; readonly end: () => void } | undefined;

/** Serves the process's parent with what `openEngine` computes. */
export function serveJobs(openEngine: OpenEngine): void {
  process.on('message', (message: ToWorker) => receive(message, openEngine));
  // Once the parent is gone, nobody is left to train for.
  process.on('disconnect', stop);
  // The signal of `kill -INT`, for a training whose parent was killed.
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function receive(message: ToWorker, openEngine: OpenEngine): void {
  switch (message.kind) {
    case 'train':
      void answer<'train'>((emit) => trainJob(message.job, { ...HOOKS, emit }, openEngine));
      return;
    case 'evaluate':
      endWithParent();
      void answer<'evaluate'>((emit) => evaluateJob(message.job, emit, openEngine));
      return;
    case 'predict':
      endWithParent();
      void answer<'predict'>((emit) => predictJob(message.job, emit, openEngine));
      return;
    case 'stop':
      stop();
      return;
    case 'stopAfterEpoch':
      stopAfterEpochAsked = true;
      endPause();
      return;
    case 'pause':
      pause ??= newPause();
      return;
    case 'continue':
      endPause();
      return;
    default:
      unreachable(message);
  }
}

const HOOKS = {
  stopAsked: () => stopAsked,
  stopAfterEpochAsked: () => stopAfterEpochAsked,
  untilContinued: () => pause?.over,
};

function stop(): void {
  stopAsked = true;
  endPause();
}

function newPause(): NonNullable<typeof pause> {
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { over, end };
}

function endPause(): void {
  pause?.end();
  pause = undefined;
}

/** A measurement is useless without its requester, but a training still has a checkpoint to write. */
function endWithParent(): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));
  process.once('disconnect', () => process.exit(1));
}

async function answer<Kind extends JobKind>(
  work: (emit: (event: Jobs[Kind]['event']) => void) => Promise<Jobs[Kind]['result']>,
): Promise<void> {
  try {
    const result = await work((event) => void tell({ kind: 'event', event }));
    await tell({ kind: 'done', result });
  } catch (error) {
    await tell({ kind: 'failed', error: failureOf(error) });
  }
  process.exit(0);
}

function tell(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

function failureOf(raised: unknown): Failure {
  const error = diskError(raised);
  if (error instanceof RegripError) {
    return { code: error.code, message: error.message, hint: error.hint, stack: undefined };
  }
  const known = error instanceof Error ? error : new Error(String(error));
  return { code: 'internal', message: known.message, hint: undefined, stack: known.stack ?? known.message };
}
