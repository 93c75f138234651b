/** Opens the demo's 8-D data set and scores the baseline without images on its validation episodes. */
import { openBackend } from '../../engine/backend/open.js';
import { compose } from '../../engine/config/compose.js';
import { switchesOf } from '../../engine/gripper/switches.js';
import { type PolicySpec, policySpec } from '../../engine/policy/spec.js';
import { chunksOf } from '../../engine/train/chunks.js';
import { TrainingData } from '../../engine/train/dataset.js';
import { readTrainOptions } from '../../engine/train/options.js';
import { validationMask, windowsOf } from '../../engine/train/windows.js';
import { type StateOnlyOptions, scoreStateOnly } from './stateOnly.js';
import type { Scores } from './training.js';

export interface Baseline {
  readonly stateOnly: Scores;
  readonly episodes: number;
  readonly switches: number;
}

/** The policy that a primary config with these overrides describes. */
export async function specOf(config: string, overrides: readonly string[]): Promise<PolicySpec> {
  return policySpec((await compose(config, overrides)).resolved);
}

/** `dataset` is the zarr folder of the 8-D config; windows and validation episodes are those of the training. */
export async function measureBaseline(
  config: string,
  overrides: readonly string[],
  dataset: string,
  options: StateOnlyOptions,
): Promise<Baseline> {
  await openBackend({ request: 'auto' });
  const { resolved } = await compose(config, overrides);
  const spec = policySpec(resolved);
  const train = readTrainOptions(resolved);
  const data = await TrainingData.open(dataset, spec);
  try {
    const held = validationMask(data.episodeEnds.length, train.dataset.valRatio, train.dataset.seed);
    const { horizon: length, padBefore, padAfter } = train.dataset;
    const windows = windowsOf(
      data.episodeEnds,
      held.map((one) => !one),
      { length, padBefore, padAfter },
    );
    const chunks = chunksOf(data.episodeEnds, held, spec, 0, train.regrip.sample.windows);
    const score = await scoreStateOnly(data, spec, { windows, chunks }, options);
    return {
      stateOnly: {
        accuracy: score.accuracy ?? 0,
        f1Within1: score.within1.f1 ?? 0,
        f1Within2: score.within2.f1 ?? 0,
      },
      episodes: held.filter(Boolean).length,
      switches: countSwitches(data, held),
    };
  } finally {
    await data.close();
  }
}

function countSwitches(data: TrainingData, held: readonly boolean[]): number {
  const { width, values } = data.columns.get('action')!;
  let count = 0;
  for (const [episode, end] of data.episodeEnds.entries()) {
    if (!held[episode]) continue;
    const start = episode === 0 ? 0 : data.episodeEnds[episode - 1]!;
    const commands = Array.from({ length: end - start }, (_, i) => values[(start + i + 1) * width - 1]!);
    count += switchesOf(commands).length;
  }
  return count;
}
