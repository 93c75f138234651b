/** A run's position: what a checkpoint must hold besides weights and moments so that training resumes exactly. */
import { isAbsolute, normalize } from 'node:path';
import { asNumber, isPlainMap, type Plain, type PlainMap, PyFloat } from '../base/plain.js';

export interface Position {
  /** The next epoch, and the next batch within it. */
  readonly epoch: number;
  readonly batch: number;
  /** Completed micro-batches. */
  readonly globalStep: number;
  /** Completed optimizer updates: the position in the learning-rate schedule. */
  readonly updates: number;
  /** Completed EMA steps; upstream does not save these. */
  readonly emaSteps: number;
  /** Losses of the epoch so far, if it was stopped in the middle. */
  readonly lossSum: number;
  /** Best checkpoints by file name. */
  readonly topK: readonly (readonly [string, number])[];
  /** What happens right after `latest.ckpt` is written: the copy to save among the best, and the one to remove. File names. */
  readonly keeping?: { readonly save: string; readonly remove?: string };
}

export const START: Position = {
  epoch: 0,
  batch: 0,
  globalStep: 0,
  updates: 0,
  emaSteps: 0,
  lossSum: 0,
  topK: [],
};

/** `pickles.regrip_train`: plain numbers and lists, which upstream's code loads and ignores. */
export function writePosition(position: Position): PlainMap {
  return {
    version: 1,
    epoch: position.epoch,
    batch: position.batch,
    global_step: position.globalStep,
    updates: position.updates,
    ema_steps: position.emaSteps,
    loss_sum: new PyFloat(position.lossSum),
    topk: position.topK.map(([name, value]) => [name, new PyFloat(value)]),
    ...(position.keeping === undefined ? {} : { keeping: { ...position.keeping } }),
  };
}

/**
 * The position that a checkpoint's pickles name. One that upstream wrote after epoch e with global step g (both the last completed,
 * not the next) continues at e + 1 and g + 1; its EMA counter was not saved, so it is taken to be the number of completed steps.
 */
export function readPosition(pickles: PlainMap, updatesDone: number, accumulate: number): Position {
  const ours = pickles['regrip_train'];
  if (isPlainMap(ours)) return readOurs(ours);
  const epoch = asNumber(pickles['epoch']) ?? 0;
  const step = asNumber(pickles['global_step']) ?? 0;
  // An adapted checkpoint may carry moments, but has not been trained yet.
  const adapted = pickles['regrip_adaptation'] !== undefined;
  if (adapted || (epoch === 0 && step === 0 && updatesDone === 0)) return START;
  return {
    ...START,
    epoch: epoch + 1,
    globalStep: step + 1,
    updates: Math.floor(step / accumulate) + 1,
    emaSteps: step + 1,
  };
}

function readOurs(map: PlainMap): Position {
  const number = (key: string): number => asNumber(map[key]) ?? 0;
  return {
    epoch: number('epoch'),
    batch: number('batch'),
    globalStep: number('global_step'),
    updates: number('updates'),
    emaSteps: number('ema_steps'),
    lossSum: number('loss_sum'),
    topK: readTopK(map['topk']),
    ...readKeeping(map['keeping']),
  };
}

function readTopK(value: Plain | undefined): (readonly [string, number])[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: Plain) => {
    if (!Array.isArray(entry)) return [];
    const [name, monitored] = entry as readonly Plain[];
    const number = asNumber(monitored);
    return isInside(name) && number !== undefined ? [[name, number] as const] : [];
  });
}

function readKeeping(value: Plain | undefined): Pick<Position, 'keeping'> {
  if (!isPlainMap(value) || !isInside(value['save'])) return {};
  const { save, remove } = value;
  return { keeping: isInside(remove) ? { save, remove } : { save } };
}

/** Files with these names are eventually removed, so a checkpoint of unknown origin must not name one outside its folder. */
function isInside(name: Plain | undefined): name is string {
  if (typeof name !== 'string' || name === '' || isAbsolute(name)) return false;
  const plain = normalize(name);
  return !/^\.\.?(?:[\\/]|$)/.test(plain) && plain !== 'latest.ckpt';
}
