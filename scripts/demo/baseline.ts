/** Opens the demo's 8-D data set and scores the baseline without images on its validation episodes. */

import { compose } from '../../engine/config/compose.js';
import { switchesOf } from '../../engine/judge/gripper/switches.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import type { PolicySpec } from '../../engine/judge/policy/spec.js';
import { validationMask, windowsOf } from '../../engine/judge/windows/windows.js';
import { openBackend } from '../../engine/tensors/backend/open.js';
import { TrainingData } from '../../engine/training/dataset.js';
import { chunkErrors } from '../../engine/training/measure/chunkErrors.js';
import { type Chunk, chunksOf } from '../../engine/training/measure/chunks.js';
import { readTrainOptions } from '../../engine/training/options.js';
import { type StateOnlyOptions, scoreStateOnly } from './stateOnly.js';
import type { Scores } from './training.js';

export interface Baseline {
  readonly stateOnly: Scores;
  /** Of staying at the pose that was seen when the chunk began, m. */
  readonly standingStill: number;
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
      standingStill: standingStill(data, spec, chunks),
      episodes: held.filter(Boolean).length,
      switches: countSwitches(data, held),
    };
  } finally {
    await data.close();
  }
}

function standingStill(data: TrainingData, spec: PolicySpec, chunks: readonly Chunk[]): number {
  const pose = data.columns.get('robot_eef_pose')!;
  const predicted = chunks.map(({ now }) => {
    const actions = new Float32Array(spec.actionSteps * spec.actionDim);
    const here = pose.values.subarray(now * pose.width, (now + 1) * pose.width);
    for (let step = 0; step < spec.actionSteps; step++) actions.set(here, step * spec.actionDim);
    return actions;
  });
  return chunkErrors(data, spec, chunks, predicted).positionError;
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
