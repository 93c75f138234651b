/** Which episodes train and which validate, and the windows of either. */
import { counted } from '../base/counted.js';
import { limitEpisodes, validationMask, type Window, windowsOf } from '../judge/windows/windows.js';
import type { DatasetOptions } from './options.js';
import { TrainingError } from './trainingError.js';

/** True for the episodes that belong to it. */
interface EpisodeMasks {
  readonly train: readonly boolean[];
  readonly validation: readonly boolean[];
}

export function episodeMasks(dataset: DatasetOptions, episodeEnds: readonly number[]): EpisodeMasks {
  const validation = validationMask(episodeEnds.length, dataset.valRatio, dataset.seed);
  const rest = validation.map((kept) => !kept);
  return { train: limitEpisodes(rest, dataset.maxTrainEpisodes, dataset.seed), validation };
}

/** The windows of the marked episodes, padded as the config says. */
export function episodeWindows(
  { horizon, latencySteps, padBefore, padAfter }: DatasetOptions,
  episodeEnds: readonly number[],
  mask: readonly boolean[],
): Window[] {
  return windowsOf(episodeEnds, mask, { length: horizon + latencySteps, padBefore, padAfter });
}

/** The windows that train and those that validate. Throws `no-windows` where nothing trains. */
export function splitWindows(
  dataset: DatasetOptions,
  file: string,
  episodeEnds: readonly number[],
): { readonly train: readonly Window[]; readonly validation: readonly Window[] } {
  const masks = episodeMasks(dataset, episodeEnds);
  const train = episodeWindows(dataset, episodeEnds, masks.train);
  if (train.length === 0)
    throw new TrainingError({
      code: 'no-windows',
      file,
      message: `none of the ${counted(episodeEnds.length, 'episode')} contains a training window`,
      hint: 'record longer episodes, shorten the horizon, or lower task.dataset.val_ratio',
    });
  return { train, validation: episodeWindows(dataset, episodeEnds, masks.validation) };
}
