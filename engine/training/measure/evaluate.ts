/** The job `evaluate`: a policy against the demonstrations of chosen episodes, on the steps that the robot would execute. */

import { executedSteps, trajectoryOf } from '../../judge/policy/trajectory.js';
import type { EvaluateResult, GripperEvaluation } from '../../wire/evaluateResult.js';
import type { EvaluateJob, MeasureEvent } from '../../wire/workerMessages.js';
import type { TrainingData } from '../dataset.js';
import type { OpenEngine } from '../loop/compute.js';
import { episodeWindows } from '../split.js';
import { TrainingError } from '../trainingError.js';
import { actionLayout } from './actionLayout.js';
import { gripperErrors } from './chunkErrors.js';
import { type Chunk, chunksOf } from './chunks.js';
import { type Emit, type OpenedPolicy, withPolicy } from './open.js';
import { stepErrors } from './stepErrors.js';
import { gripperNumbers, positionError, spreadOf, squaredError, stepReports } from './summary.js';
import { executedPart, type Progress, SAMPLED_AT_ONCE, sampleChunks, validationLoss } from './validate.js';

export function evaluateJob(job: EvaluateJob, emit: Emit, openEngine: OpenEngine): Promise<EvaluateResult> {
  return withPolicy(job, emit, openEngine, (opened) => measure(job, opened, emit));
}

async function measure(job: EvaluateJob, opened: OpenedPolicy, emit: Emit): Promise<EvaluateResult> {
  const { options, spec, data, evaluation } = opened;
  const chosen = new Set(job.episodes);
  const mask = data.episodeEnds.map((_, episode) => chosen.has(episode));
  requireFiniteEpisodes(data, job);
  const windows = episodeWindows(options.dataset, data.episodeEnds, mask);
  const { latencySteps } = options.dataset;
  const chunks = chunksOf(data.episodeEnds, mask, spec, latencySteps, Number.POSITIVE_INFINITY);
  const lossBatch = job.batchSize ?? options.valBatchSize;
  const tellLoss = telling(emit, 'validation loss');
  const valLoss = await validationLoss(evaluation, windows, lossBatch, undefined, tellLoss);
  const atOnce = job.batchSize ?? SAMPLED_AT_ONCE;
  const tellSamples = telling(emit, 'sampled actions');
  const predicted = await sampleChunks(evaluation, chunks, job.sampler, atOnce, tellSamples);
  return {
    episodes: job.episodes,
    windows: windows.length,
    chunks: chunks.length,
    valLoss: valLoss ?? Number.NaN,
    ...actionErrors(opened, chunks, predicted),
  };
}

/** Anything measured on NaN is NaN; episodes that are not selected may hold anything. */
function requireFiniteEpisodes({ columns, episodeEnds }: TrainingData, job: EvaluateJob): void {
  for (const episode of job.episodes) {
    const from = episode === 0 ? 0 : episodeEnds[episode - 1]!;
    for (const [array, { width, values }] of columns) {
      const at = values
        .subarray(from * width, episodeEnds[episode]! * width)
        .findIndex((value) => !Number.isFinite(value));
      if (at >= 0)
        throw new TrainingError({
          code: 'data-set-not-finite',
          file: job.dataset,
          message: `${array} is NaN or infinite at step ${Math.floor(at / width)} of episode ${episode}: everything measured there would be NaN`,
          hint: 'leave that episode out (--episodes), or convert the recordings again without it; regrip check names such values',
        });
    }
  }
}

/** `predicted` holds the whole trajectory of each chunk, (T, D). */
function actionErrors(
  opened: OpenedPolicy,
  chunks: readonly Chunk[],
  predicted: readonly Float32Array[],
): Omit<EvaluateResult, 'episodes' | 'windows' | 'chunks' | 'valLoss'> {
  const { options, spec, data } = opened;
  const { latencySteps } = options.dataset;
  const windows = chunks.map(({ window }) => window);
  const { from, steps: count } = trajectoryOf(spec);
  const truth = data.slices('action', windows, latencySteps + from, latencySteps + from + count);
  const executed = predicted.map((trajectory) => executedPart(spec, trajectory));
  const action = data.columns.get('action')!;
  const layout = actionLayout(action, spec);
  const { poseAt, poseWidth, gripperAt } = layout;
  const steps = stepErrors(action, chunks, executed, layout);
  return {
    executedSteps: steps.length,
    actionMse: squaredError(predicted, truth, spec.actionDim, spec.actionDim),
    poseMse: squaredError(predicted, truth, spec.actionDim, poseWidth, poseAt),
    position: positionError(steps),
    rotation: spreadOf(steps.map(({ angle }) => angle)),
    perStep: stepReports(steps, executedSteps(spec)),
    gripper: gripperAt === undefined ? null : gripperReport(opened, chunks, executed, gripperAt),
  };
}

function gripperReport(
  { data, spec }: OpenedPolicy,
  chunks: readonly Chunk[],
  executed: readonly Float32Array[],
  column: number,
): GripperEvaluation {
  const { policy, hold, thresholds } = gripperErrors(data, spec.actionDim, chunks, executed, column);
  return { ...gripperNumbers(policy), thresholds, hold: gripperNumbers(hold) };
}

/** Also lets messages through, which a busy loop would block. */
function telling(emit: Emit, what: Extract<MeasureEvent, { event: 'measured' }>['what']): Progress {
  return async (done, total) => {
    emit({ event: 'measured', what, done, total });
    await new Promise((resolve) => setImmediate(resolve));
  };
}
