/** A log line's values under the tags that TensorBoard uses to group its charts. */
import type { LogLine } from '../formats/run/trainLog.js';

/** The values of one step. */
export function stepScalars(line: LogLine): Record<string, number> {
  return tagged(line, (key) => TAGS[key] ?? key.replace(GROUP, '$1/'));
}

/** The values of an epoch's end; its train_loss is the epoch's mean, a different curve from the loss of each step. */
export function epochScalars(line: LogLine): Record<string, number> {
  const { epoch: _epoch, lr: _lr, ...values } = line;
  return tagged(values, (key) => (key === 'train_loss' ? 'train/epoch_loss' : key.replace(GROUP, '$1/')));
}

const GROUP = /^(train|val|hold)_/;
const TAGS: Readonly<Record<string, string>> = { lr: 'train/lr', epoch: 'train/epoch' };

function tagged(line: LogLine, tagOf: (key: string) => string): Record<string, number> {
  const { global_step: _step, ...values } = line;
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [tagOf(key), value]));
}
