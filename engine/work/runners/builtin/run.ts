/** Runs a training in a worker: a first abort lets it finish its step and write a checkpoint, a second one kills it. */
import { quoted } from '../../../base/shell.js';
import type { TrainJob, TrainResult } from '../../../wire/workerMessages.js';
import { runWorker, type WorkerOptions } from './workerProcess.js';

interface BuiltinRunOptions extends Omit<WorkerOptions<'train'>, 'crashHint'> {}

/** Settles once: with the worker's result, with its error, or with `worker-crashed` when it ends without an answer. */
export function runBuiltin(job: TrainJob, options: BuiltinRunOptions): Promise<TrainResult> {
  const crashHint = `use a smaller dataloader.batch_size to need less memory; run the same command with training.resume=True --run-dir ${quoted(job.runDir)} to continue from the last checkpoint`;
  return runWorker('train', job, { ...options, crashHint });
}
