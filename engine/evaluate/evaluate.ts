/** The job `evaluate`: a policy against the demonstrations of chosen episodes, on the steps that the robot would execute. */
import type { EvaluateJob, MeasureEvent } from '../protocol.js';
import { type Chunk, chunksOf, gripperErrors } from '../train/chunks.js';
import { episodeWindows } from '../train/split.js';
import { POSE, stepErrors } from '../train/stepErrors.js';
import {
  executedPart,
  type Progress,
  SAMPLED_AT_ONCE,
  sampleChunks,
  validationLoss,
} from '../train/validate.js';
import { type Emit, type OpenedPolicy, withPolicy } from './open.js';
import type { EvaluateResult, GripperReport } from './result.js';
import { gripperNumbers, positionError, spreadOf, squaredError, stepReports } from './summary.js';

export function evaluateJob(job: EvaluateJob, emit: Emit): Promise<EvaluateResult> {
  return withPolicy(job, emit, (opened) => measure(job, opened, emit));
}

async function measure(job: EvaluateJob, opened: OpenedPolicy, emit: Emit): Promise<EvaluateResult> {
  const { options, spec, data, evaluation } = opened;
  const chosen = new Set(job.episodes);
  const mask = data.episodeEnds.map((_, episode) => chosen.has(episode));
  const windows = episodeWindows(options.dataset, data.episodeEnds, mask);
  const { latencySteps } = options.dataset;
  const chunks = chunksOf(data.episodeEnds, mask, spec, latencySteps, Number.POSITIVE_INFINITY);
  const valLoss = await validationLoss(
    evaluation,
    windows,
    job.batchSize ?? options.valBatchSize,
    undefined,
    telling(emit, 'validation loss'),
  );
  const predicted = await sampleChunks(
    evaluation,
    chunks,
    job.sampler,
    job.batchSize ?? SAMPLED_AT_ONCE,
    telling(emit, 'sampled actions'),
  );
  const executed = predicted.map((horizon) => executedPart(spec, horizon));
  const steps = stepErrors(data.columns.get('action')!, chunks, executed);
  const truth = data.slices(
    'action',
    chunks.map(({ window }) => window),
    latencySteps,
    latencySteps + spec.horizon,
  );
  return {
    episodes: job.episodes,
    windows: windows.length,
    chunks: chunks.length,
    executedSteps: steps.length,
    valLoss: valLoss ?? Number.NaN,
    actionMse: squaredError(predicted, truth, spec.actionDim, spec.actionDim),
    poseMse: squaredError(predicted, truth, spec.actionDim, POSE),
    position: positionError(steps),
    rotation: spreadOf(steps.map(({ angle }) => angle)),
    perStep: stepReports(steps, spec.actionSteps),
    gripper: spec.actionDim > POSE ? gripperReport(opened, chunks, executed) : null,
  };
}

function gripperReport(
  { data, spec }: OpenedPolicy,
  chunks: readonly Chunk[],
  executed: readonly Float32Array[],
): GripperReport {
  const { policy, hold, thresholds } = gripperErrors(data, spec.actionDim, chunks, executed);
  return { ...gripperNumbers(policy), thresholds, hold: gripperNumbers(hold) };
}

/** Also lets messages through, which a busy loop would keep waiting. */
function telling(emit: Emit, what: Extract<MeasureEvent, { event: 'measured' }>['what']): Progress {
  return async (done, total) => {
    emit({ event: 'measured', what, done, total });
    await new Promise((resolve) => setImmediate(resolve));
  };
}
