/** Reports a training to its caller, as JSON lines or a table, and to the engine that runs it as a job. */
import { jsonText } from '../../base/jsonText.js';
import type { TrainEvent, TrainResult } from '../../wire/workerMessages.js';
import { type Io, ProgressLine } from '../command.js';
import { TrainReport } from './report.js';

interface Teller {
  readonly event: (event: TrainEvent) => void;
  readonly done: () => void;
  readonly result: (result: TrainResult) => void;
}

/** JSON lines, or a table with a progress line on stderr. */
export function teller(io: Io, json: boolean): Teller {
  if (json) {
    const line = (value: unknown): void => io.out(`${jsonText(value)}\n`);
    return { event: line, done: () => undefined, result: line };
  }
  const progress = new ProgressLine(io);
  const table = new TrainReport();
  return {
    event: (event) => {
      io.job?.train(event);
      const told = table.tell(event);
      if (told.kind === 'progress') return progress.show(told.text);
      progress.done();
      if (told.kind === 'note') io.err(`${told.text}\n`);
      else if (told.kind === 'line') io.out(`${told.text}\n`);
    },
    done: () => progress.done(),
    result: (result) => io.out(`${table.result(result)}\n`),
  };
}
