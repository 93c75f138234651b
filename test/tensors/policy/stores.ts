/** Policies on tensors as tests want them: drawn from a seed, or read from a checkpoint. */
import * as tf from '@tensorflow/tfjs';
import type { CheckpointFile } from '../../../engine/formats/checkpoint/types.js';
import type { PolicySpec } from '../../../engine/judge/policy/spec.js';
import { trajectoryOf } from '../../../engine/judge/policy/trajectory.js';
import { addNoise } from '../../../engine/tensors/policy/diffusion.js';
import { toTorch } from '../../../engine/tensors/policy/layout.js';
import { Normalizer } from '../../../engine/tensors/policy/normalizer.js';
import { ParameterStore } from '../../../engine/tensors/policy/parameters.js';
import { Policy } from '../../../engine/tensors/policy/policy.js';
import { alphasCumprod } from '../../../engine/training/diffusion/noiseSchedule.js';
import type { StateDictName } from '../../../engine/training/loop/readTensor.js';
import { freshValues, ownEntries, readWeights } from '../../../engine/training/loop/weights.js';

export function freshStore(spec: PolicySpec, seed: number): ParameterStore {
  return new ParameterStore(spec, freshValues(spec, seed));
}

export async function loadedPolicy(
  spec: PolicySpec,
  file: CheckpointFile,
  dict: StateDictName = 'model',
): Promise<Policy> {
  const { values, normalizer } = await readWeights(spec, file, dict);
  return new Policy(spec, new ParameterStore(spec, values), new Normalizer(normalizer));
}

/** An independent store with the same values. */
export function copyOf(store: ParameterStore): ParameterStore {
  const entries = ownEntries(store.spec).map((entry): [string, Float32Array] => [
    entry.key,
    toTorch(store.get(entry.key).dataSync<'float32'>(), entry).slice(),
  ]);
  return new ParameterStore(store.spec, new Map(entries));
}

/** As training noises. */
export function noised(
  { spec }: Policy,
  clean: tf.Tensor3D,
  noise: tf.Tensor3D,
  timesteps: tf.Tensor1D,
): tf.Tensor3D {
  return addNoise(alphasCumprod(spec.scheduler), clean, noise, timesteps);
}

/** All sampled steps, and those that the robot executes. */
export function sampled(policy: Policy, features: tf.Tensor2D, call: Parameters<Policy['sample']>[1]) {
  const actionPred = policy.sample(features, call);
  const { actionSteps, actionDim } = policy.spec;
  const { executedFrom } = trajectoryOf(policy.spec);
  const action = tf.slice(actionPred, [0, executedFrom, 0], [-1, actionSteps, actionDim]);
  return { actionPred, action };
}
