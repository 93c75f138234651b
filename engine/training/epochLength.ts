/** How many batches an epoch has, without a tensor. */
import type { Window } from '../judge/windows/windows.js';
import type { TrainOptions } from './options.js';

interface Counted {
  readonly options: Pick<TrainOptions, 'batchSize' | 'dropLast' | 'maxTrainSteps'>;
  readonly trainWindows: readonly Window[];
}

/** Batches in a whole epoch. */
export function loaderLength({ options, trainWindows }: Counted): number {
  const whole = trainWindows.length / options.batchSize;
  return options.dropLast ? Math.floor(whole) : Math.ceil(whole);
}

/** Batches trained in each epoch. */
export function batchesPerEpoch(run: Counted): number {
  return Math.min(loaderLength(run), run.options.maxTrainSteps ?? Number.POSITIVE_INFINITY);
}
