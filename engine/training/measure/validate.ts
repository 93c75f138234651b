/** What an epoch's end measures, always in evaluation mode: centre crops, no dropout, the same noise every time. */
import { Stream } from '../../base/streams.js';
import type { GripperValidation } from '../../formats/run/gripperValidation.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { executedSteps, trajectoryOf } from '../../judge/policy/trajectory.js';
import type { Window } from '../../judge/windows/windows.js';
import type { TrainingData } from '../dataset.js';
import type { Batch, BatchSource } from '../loop/batches.js';
import type { ComputedPolicy } from '../loop/compute.js';
import { drawLoss, trajectorySize } from '../loop/draws.js';
import type { SampleOptions } from '../regripOptions.js';
import { chunkErrors } from './chunkErrors.js';
import type { Chunk } from './chunks.js';

/** Chunks that are sampled together. */
export const SAMPLED_AT_ONCE = 64;

/** Called after each batch; may throw to end the measurement. */
export type Progress = (done: number, total: number) => Promise<void>;

export interface Evaluation {
  readonly policy: ComputedPolicy;
  readonly spec: PolicySpec;
  readonly source: BatchSource;
  readonly seed: number;
}

/** Mean loss over the windows, averaged batch by batch as upstream does; noise and time steps depend only on the batch's number. */
export async function validationLoss(
  evaluation: Evaluation,
  windows: readonly Window[],
  batchSize: number,
  maxBatches: number | undefined,
  progress: Progress = async () => undefined,
): Promise<number | undefined> {
  const { policy, spec, source, seed } = evaluation;
  const losses: number[] = [];
  const batches = Math.min(Math.ceil(windows.length / batchSize), maxBatches ?? Number.POSITIVE_INFINITY);
  for (let index = 0; index < batches; index++) {
    const batch = await source.load(windows.slice(index * batchSize, (index + 1) * batchSize), 'center');
    const stream = new Stream(seed, 'validation', index);
    losses.push(await policy.loss(batch, drawLoss(stream, spec, batch.size)));
    await progress(index + 1, batches);
  }
  return losses.length === 0 ? undefined : losses.reduce((a, b) => a + b, 0) / losses.length;
}

/** Mean squared error of the sampled actions (B,T,D), raw units, on one batch. */
export async function sampledError(
  evaluation: Evaluation,
  batch: Batch,
  options: SampleOptions,
): Promise<number> {
  const predicted = await sampleBatch(evaluation, batch, options, 0);
  const truth = trajectoryActions(evaluation.spec, batch);
  return predicted.reduce((sum, value, i) => sum + (value - truth[i]!) ** 2, 0) / predicted.length;
}

/** The demonstrated actions of the trajectory's steps, (B,T,D). */
function trajectoryActions(spec: PolicySpec, batch: Batch): Float32Array {
  const { from, steps } = trajectoryOf(spec);
  const [block, kept] = [spec.horizon * spec.actionDim, steps * spec.actionDim];
  const actions = new Float32Array(batch.size * kept);
  for (let index = 0; index < batch.size; index++) {
    const start = index * block + from * spec.actionDim;
    actions.set(batch.actions.subarray(start, start + kept), index * kept);
  }
  return actions;
}

interface ChunkValidation {
  /** The keys added to the epoch's log. */
  readonly log: Readonly<Record<string, number>>;
  /** Undefined for a policy without a gripper. */
  readonly gripper: Pick<GripperValidation, 'thresholds' | 'episodes'> | undefined;
}

/** Measurements on the chunks of the validation episodes. */
export async function validateChunks(
  evaluation: Evaluation,
  data: TrainingData,
  chunks: readonly Chunk[],
  options: SampleOptions,
): Promise<ChunkValidation> {
  if (chunks.length === 0) return { log: {}, gripper: undefined };
  const { spec } = evaluation;
  const predicted = await sampleChunks(evaluation, chunks, options, SAMPLED_AT_ONCE);
  const errors = chunkErrors(
    data,
    spec,
    chunks,
    predicted.map((chunk) => executedPart(spec, chunk)),
  );
  const log = numbersOf({
    val_pose_mse: errors.poseMse,
    val_position_error_m: errors.positionError,
    val_rotation_error_deg: errors.rotationError,
    val_gripper_accuracy: errors.gripper?.policy.accuracy,
    val_gripper_f1_1: errors.gripper?.policy.within1.f1,
    val_gripper_f1_2: errors.gripper?.policy.within2.f1,
    val_gripper_latency_steps: errors.gripper?.policy.latencySteps,
    hold_gripper_accuracy: errors.gripper?.hold.accuracy,
    hold_gripper_f1_1: errors.gripper?.hold.within1.f1,
    hold_gripper_f1_2: errors.gripper?.hold.within2.f1,
  });
  return { log, gripper: errors.gripper };
}

/** The sampled actions of each chunk's window, (T, D) raw; `atOnce` chunks share a pass and its noise. */
export async function sampleChunks(
  evaluation: Evaluation,
  chunks: readonly Chunk[],
  options: SampleOptions,
  atOnce: number,
  progress: Progress = async () => undefined,
): Promise<Float32Array[]> {
  const { spec, source } = evaluation;
  const predicted: Float32Array[] = [];
  const block = trajectoryOf(spec).steps * spec.actionDim;
  for (let first = 0; first < chunks.length; first += atOnce) {
    const windows = chunks.slice(first, first + atOnce).map((chunk) => chunk.window);
    const batch = await source.load(windows, 'center');
    const actions = await sampleBatch(evaluation, batch, options, 1 + first / atOnce);
    for (let i = 0; i < windows.length; i++) predicted.push(actions.subarray(i * block, (i + 1) * block));
    await progress(predicted.length, chunks.length);
  }
  return predicted;
}

/** The steps of one predicted trajectory that the robot executes, (executedSteps, D). */
export function executedPart(spec: PolicySpec, chunk: Float32Array): Float32Array {
  const { executedFrom } = trajectoryOf(spec);
  return chunk.subarray(executedFrom * spec.actionDim, (executedFrom + executedSteps(spec)) * spec.actionDim);
}

/** (B,T,D) raw. */
function sampleBatch(
  { policy, spec, seed }: Evaluation,
  batch: Batch,
  { method, steps }: SampleOptions,
  address: number,
): Promise<Float32Array> {
  const size = trajectorySize(spec, batch.size);
  const noise = (draw: number) => new Stream(seed, 'sampling', address, draw).normals(size);
  return policy.sample(batch, { method, steps, noise });
}

function numbersOf(entries: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
