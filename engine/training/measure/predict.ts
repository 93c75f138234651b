/** The job `predict`: the actions that a policy samples for single training windows. */
import { Stream } from '../../base/streams.js';
import { trajectoryShape } from '../../judge/policy/trajectory.js';
import type { Window } from '../../judge/windows/windows.js';
import type { PredictResult } from '../../wire/evaluateResult.js';
import type { PredictJob } from '../../wire/workerMessages.js';
import type { OpenEngine } from '../loop/compute.js';
import { trajectorySize } from '../loop/draws.js';
import { episodeMasks, episodeWindows } from '../split.js';
import { TrainingError } from '../trainingError.js';
import { readNoise } from './noise.js';
import { type Emit, type OpenedPolicy, withPolicy } from './open.js';
import { executedPart } from './validate.js';

export function predictJob(job: PredictJob, emit: Emit, openEngine: OpenEngine): Promise<PredictResult> {
  return withPolicy(job, emit, openEngine, (opened) => predict(job, opened));
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
  throw new TrainingError({
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
  const size = trajectorySize(spec, windows.length);
  const batch = await source.load(windows, 'center');
  const flat = await policy.sample(batch, {
    ...sampler,
    noise: (draw) => draws?.[draw] ?? new Stream(seed, 'sampling', draw).normals(size),
  });
  const block = shape[1] * spec.actionDim;
  const chunks = windows.map((_, i) => flat.subarray(i * block, (i + 1) * block));
  const rows = (steps: Float32Array) => nested(steps, spec.actionDim);
  return { actionPred: chunks.map(rows), actions: chunks.map((chunk) => rows(executedPart(spec, chunk))) };
}

/** (T,D) of its values in C order. */
function nested(values: Float32Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, step) => [
    ...values.subarray(step * width, (step + 1) * width),
  ]);
}
