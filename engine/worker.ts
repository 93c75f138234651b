/** The process that holds the tensors: takes one training by message, tells events, answers once, ends. */
import { RegripError, unreachable } from './base/errors.js';
import type { FromWorker, ToWorker, WorkerFailure } from './protocol.js';
import { trainJob } from './train/job.js';

let stopAsked = false;

process.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'train':
      void work(message);
      return;
    case 'stop':
      stopAsked = true;
      return;
    default:
      unreachable(message);
  }
});
// Nobody is left to train for once the parent is gone.
process.on('disconnect', () => {
  stopAsked = true;
});

async function work(message: Extract<ToWorker, { kind: 'train' }>): Promise<void> {
  try {
    const result = await trainJob(message.job, {
      emit: (event) => tell({ kind: 'event', event }),
      stopAsked: () => stopAsked,
    });
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

function failureOf(error: unknown): WorkerFailure {
  if (error instanceof RegripError) {
    return { code: error.code, message: error.message, hint: error.hint, stack: undefined };
  }
  const known = error instanceof Error ? error : new Error(String(error));
  return { code: 'internal', message: known.message, hint: undefined, stack: known.stack ?? known.message };
}
