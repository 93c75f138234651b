/** Which episodes an evaluation uses: a split of the training, or those that the user lists. */
import { counted } from '../../base/counted.js';
import { UsageError } from '../../base/errors.js';
import type { DatasetOptions } from '../../training/options.js';
import { episodeMasks } from '../../training/split.js';
import { WorkError } from '../workError.js';

export type Split = 'val' | 'train' | 'all';

/** Indices from 0. Throws `no-episodes` for an empty split, a usage error for an episode that the data set lacks. */
export function chosenEpisodes(
  dataset: DatasetOptions,
  episodeEnds: readonly number[],
  split: Split,
  listed: readonly number[] | undefined,
): number[] {
  if (listed !== undefined) return checkListed(listed, episodeEnds.length);
  const masks = episodeMasks(dataset, episodeEnds);
  const mask = { val: masks.validation, train: masks.train, all: episodeEnds.map(() => true) }[split];
  const episodes = [...mask.keys()].filter((episode) => mask[episode]);
  if (episodes.length > 0) return episodes;
  throw new WorkError({
    code: 'no-episodes',
    message: `the split '${split}' of ${episodeEnds.length} episodes is empty (task.dataset.val_ratio is ${dataset.valRatio})`,
    hint: 'give --split all, --episodes 0,1, or override task.dataset.val_ratio',
  });
}

function checkListed(listed: readonly number[], count: number): number[] {
  const stranger = listed.find((episode) => episode >= count);
  if (stranger === undefined) return [...new Set(listed)].sort((a, b) => a - b);
  throw new UsageError(
    `--episodes ${stranger}: the data set has ${counted(count, 'episode')}`,
    `they are numbered from 0 to ${count - 1}`,
  );
}
