/** A variant's policy with weights and a batch that follow from the formulas of `variants.py`. */
import * as tf from '@tensorflow/tfjs';
import type { CheckpointFile, TensorInfo } from '../../../engine/formats/checkpoint/types.js';
import { familyOfSpec, policySpec } from '../../../engine/judge/policy/families.js';
import { initialValues } from '../../../engine/judge/policy/initial.js';
import type { ParameterSpec, PolicySpec } from '../../../engine/judge/policy/spec.js';
import { observedSteps } from '../../../engine/judge/policy/trajectory.js';
import { viewOf, wholeOf } from '../../../engine/judge/policy/view.js';
import { seenFrames } from '../../../engine/tensors/policy/crop.js';
import { Normalizer } from '../../../engine/tensors/policy/normalizer.js';
import { ParameterStore } from '../../../engine/tensors/policy/parameters.js';
import { type ObsBatch, Policy } from '../../../engine/tensors/policy/policy.js';
import type { Crop } from '../../../engine/training/loop/batches.js';
import { fitNormalizer, type NormalizerFields } from '../../../engine/training/loop/normalizer.js';
import { readValues } from '../../../engine/training/loop/weights.js';
import { SMALL, type Variant } from './imageVariants.js';

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** After so many numbers their squares' remainders repeat. */
const PERIOD = 9973;

/** Sines of squares. */
export function sines(shape: readonly number[], phase: number, factor = 1, mean = 0): Float32Array {
  const period = Float32Array.from(
    { length: PERIOD },
    (_, at) => mean + Math.fround(Math.sin(((at * at) % PERIOD) + phase)) * factor,
  );
  const values = new Float32Array(product(shape));
  for (let at = 0; at < values.length; at += PERIOD)
    values.set(period.subarray(0, Math.min(PERIOD, values.length - at)), at);
  return values;
}

export async function variantPolicy({ resolved }: Variant): Promise<Policy> {
  const spec = policySpec(resolved);
  return new Policy(spec, await variantStore(spec), new Normalizer(fittedVariant(spec)));
}

export async function variantStore(spec: PolicySpec): Promise<ParameterStore> {
  return new ParameterStore(spec, await readVariant(spec));
}

export function readVariant(spec: PolicySpec): Promise<Map<string, Float32Array>> {
  return readValues(spec, checkpointOf(spec), 'model');
}

export function fittedVariant(spec: PolicySpec): NormalizerFields {
  return fitNormalizer(spec, (field) =>
    field === 'action' ? sines([9, SMALL.action], 2, 3) : sines([9, SMALL.pose], 1, 2),
  );
}

/** As upstream would have saved it. */
function checkpointOf(spec: PolicySpec): CheckpointFile {
  const family = familyOfSpec(spec);
  const model = spec.parameters.map(
    ({ key, shape, dtype }, at): TensorInfo => ({
      ...{ key, shape, dtype, stride: [], storageOffset: 0, storage: String(at) },
    }),
  );
  const index = { path: 'made.ckpt', stateDicts: { model } } as unknown as CheckpointFile['index'];
  const read = async ({ storage }: TensorInfo): Promise<Uint8Array> => {
    const phase = Number(storage);
    const entry = spec.parameters[phase]!;
    if (entry.dtype === 'int64') return new Uint8Array(BigInt64Array.of(7n).buffer);
    const rule = entry.kind === 'buffer' ? family.initialRule(entry, spec) : undefined;
    const values = rule ? initialValues(rule, entry.shape, NO_DRAWS) : filled(entry, phase);
    return new Uint8Array(values.buffer);
  };
  return { index, read, close: async () => undefined };
}

const NO_DRAWS = { uint32: () => 0, normal: () => 0 };

function filled({ key, shape }: ParameterSpec, phase: number): Float32Array {
  if (shape.length > 1) return sines(shape, phase, Math.sqrt(3 / product(shape.slice(1))));
  if (key.endsWith('bn3.weight')) return sines(shape, phase, 0.1, 0.3);
  const spread = key.endsWith('running_var') ? 0.4 : 0.1;
  return sines(shape, phase, spread, key.endsWith('weight') || key.endsWith('running_var') ? 1 : 0);
}

/** Of as many observed steps as the loss needs; upstream's random crops drew 0.5 of what it can draw. */
export function observations(spec: PolicySpec, isTraining: boolean): ObsBatch {
  const rows = SMALL.batch * observedSteps(spec);
  const cameras = spec.observations.filter(({ type }) => type === 'rgb');
  const images = new Map<string, tf.Tensor4D>();
  const sorted = cameras.map(({ key }) => key).sort();
  for (const camera of cameras) {
    const view = viewOf(spec, camera.key);
    const whole = wholeOf(view, camera);
    const middle = (side: 0 | 1) =>
      new Int32Array(rows).fill(Math.floor((whole[side] - view.size[side]) / 2));
    const drawn = { kind: 'offsets', top: middle(0), left: middle(1) } as const;
    const crop: Crop = isTraining ? drawn : { kind: 'center' };
    const frames = pixels(rows, camera.shape, sorted.indexOf(camera.key));
    images.set(camera.key, seenFrames(frames, camera.shape, view, crop));
  }
  const pose = tf.tensor2d(sines([rows, SMALL.pose], 3, 2), [rows, SMALL.pose]);
  return { images, lowDim: new Map([['pose', pose]]) };
}

/** The formula counts through (n,C,H,W); the data set's frames are (n,H,W,C). */
function pixels(rows: number, shape: readonly number[], phase: number): Uint8Array {
  const [channels, height, width] = shape as [number, number, number];
  const plane = height * width;
  return Uint8Array.from({ length: rows * channels * plane }, (_, to) => {
    const [image, rest] = [Math.floor(to / (channels * plane)), to % (channels * plane)];
    const at = (image * channels + (rest % channels)) * plane + Math.floor(rest / channels);
    return (at * at + 31 * phase) % 251;
  });
}

export const actions = (): tf.Tensor3D => {
  const shape: [number, number, number] = [SMALL.batch, SMALL.horizon, SMALL.action];
  return tf.tensor3d(sines(shape, 4, 3), shape);
};
