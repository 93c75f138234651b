/** The job `predict`: the actions that a policy samples for single training windows. */
import * as tf from '@tensorflow/tfjs';
import type { Window } from '../../judge/windows/windows.js';
import { episodeMasks, episodeWindows } from '../../training/split.js';
import type { PredictResult } from '../../wire/evaluateResult.js';
import type { PredictJob } from '../../wire/workerMessages.js';
import { trajectoryShape } from '../policy/policy.js';
import { TensorError } from '../tensorError.js';
import { batchTensors, featuresOf } from '../train/tensors.js';
import { readNoise } from './noise.js';
import { type Emit, type OpenedPolicy, withPolicy } from './open.js';

export function predictJob(job: PredictJob, emit: Emit): Promise<PredictResult> {
  return withPolicy(job, emit, (opened) => predict(job, opened));
}

async function predict(job: PredictJob, opened: OpenedPolicy): Promise<PredictResult> {
  const { options, spec, data } = opened;
  const { train } = episodeMasks(options.dataset, data.episodeEnds);
  const all = episodeWindows(options.dataset, data.episodeEnds, train);
  const windows = job.windows.map((index) => chosen(all, index, job.dataset));
  const { actionPred, actions } = await sample(job, opened, windows);
  return {
    windows: windows.map(({ episode, episodeStart, first }, i) => ({
      index: job.windows[i]!,
      episode,
      step: first + spec.obsSteps - 1 - episodeStart,
    })),
    actionPred,
    actions,
  };
}

function chosen(windows: readonly Window[], index: number, dataset: string): Window {
  const window = windows[index];
  if (window !== undefined) return window;
  throw new TensorError({
    code: 'no-window',
    file: dataset,
    message: `has no training window ${index}: there are ${windows.length}, numbered from 0`,
    hint: 'task.dataset.val_ratio, seed and max_train_episodes determine which episodes train',
  });
}

async function sample(
  { sampler, seed, noise: noiseFile }: PredictJob,
  { spec, evaluation: { policy, source } }: OpenedPolicy,
  windows: readonly Window[],
): Promise<Pick<PredictResult, 'actionPred' | 'actions'>> {
  const shape = trajectoryShape(spec, windows.length);
  const draws = noiseFile === undefined ? undefined : await readNoise(noiseFile, sampler, shape);
  const batch = await source.load(windows, 'center');
  const features = tf.tidy(() => featuresOf(policy, batchTensors(spec, batch)));
  const sampled = policy.sample(features, {
    ...sampler,
    seed,
    ...(draws === undefined ? {} : { noise: (draw) => tf.tensor3d(draws[draw]!, shape) }),
  });
  const actionPred = await sampled.actionPred.array();
  const actions = await sampled.action.array();
  tf.dispose([features, sampled.actionPred, sampled.action]);
  return { actionPred, actions };
}
