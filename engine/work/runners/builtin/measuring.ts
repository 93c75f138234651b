/** Runs an evaluation or a prediction in a worker. It has nothing to save, so the first abort kills it. */
import { throwIfAborted } from '../../../base/errors.js';
import type { JobKind, Jobs } from '../../../wire/workerMessages.js';
import { runWorker, type WorkerOptions } from './workerProcess.js';

interface MeasuringOptions<Kind extends JobKind>
  extends Pick<WorkerOptions<Kind>, 'onEvent' | 'env' | 'workerModule'> {
  readonly signal: AbortSignal;
}

/** Rejects with the signal's reason once it is aborted, else as `runWorker`. */
export async function runMeasuring<Kind extends Exclude<JobKind, 'train'>>(
  kind: Kind,
  job: Jobs[Kind]['job'],
  { signal, ...options }: MeasuringOptions<Kind>,
): Promise<Jobs[Kind]['result']> {
  throwIfAborted(signal);
  const crashHint = 'use a smaller --batch-size or fewer windows to need less memory';
  try {
    return await runWorker(kind, job, { ...options, killSignal: signal, crashHint });
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
}
