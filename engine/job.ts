/** A job's process: carries out one command of the command line for the supervisor, reports progress, answers once, ends. */
import { CommanderError } from 'commander';
import { unreachable } from './base/errors.js';
import { jsonText, parseJson } from './base/jsonText.js';
import type { Terminal } from './commands/command.js';
import { execute } from './commands/program.js';
import type { FromJob, ToJob } from './supervisor/jobMessages.js';
import { failureOf } from './wire/connect/calls.js';
import type { TrainRequest } from './wire/workerMessages.js';

const stopping = new AbortController();
const stop = (why: string): void => stopping.abort(new Error(why));
let askTrainer: ((request: TrainRequest) => void) | undefined;
/** A stop requested before the training had started. */
const early: TrainRequest[] = [];
let result: unknown;

process.on('message', (message: ToJob) => {
  switch (message.kind) {
    case 'start':
      void answer(message.words, message.cwd);
      return;
    case 'stop':
      stop('cancelled');
      return;
    case 'kill':
      process.exit(1); // ends the child processes too
      return;
    case 'ask':
      if (askTrainer === undefined) early.push(message.request);
      else askTrainer(message.request);
      return;
    default:
      unreachable(message);
  }
});
// The supervisor was killed: a training still has a checkpoint to write.
process.once('disconnect', () => stop('the engine was stopped'));
process.once('SIGTERM', () => stop('terminated'));
process.once('SIGINT', () => stop('interrupted'));

async function answer(words: readonly string[], cwd: string): Promise<void> {
  try {
    await execute(words, ioIn(cwd));
    await tell({ kind: 'done', result });
  } catch (error) {
    const wrongCall = error instanceof CommanderError ? { code: 'usage', message: error.message } : undefined;
    await tell({ kind: 'failed', error: wrongCall ?? failureOf(error) });
  }
  process.exit(0);
}

function ioIn(cwd: string): Terminal {
  const log = (text: string): void => void tell({ kind: 'log', text });
  return {
    out: log,
    err: log,
    interactive: false,
    signal: stopping.signal,
    env: process.env,
    cwd,
    job: {
      progress: (progress) => void tell({ kind: 'progress', progress }),
      train: (event) => void tell({ kind: 'train', event }),
      device: (device) => void tell({ kind: 'device', device }),
      runDir: (path) => void tell({ kind: 'runDir', path }),
      result: (document) => {
        result = parseJson(jsonText(document));
      },
      onTrainerStarted: (ask) => {
        askTrainer = ask;
        for (const request of early) ask(request);
      },
    },
  };
}

function tell(message: FromJob): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
