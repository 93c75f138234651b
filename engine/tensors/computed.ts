/** A policy of plain arrays, computed on tensors. */
import * as tf from '@tensorflow/tfjs';
import { trajectoryShape } from '../judge/policy/trajectory.js';
import type { ComputedPolicy, LossDraws } from '../training/loop/compute.js';
import { batchTensors, featuresOf } from './batchTensors.js';
import type { Policy } from './policy/policy.js';

export function computed(policy: Policy): ComputedPolicy {
  const { spec } = policy;
  return {
    loss: async (batch, draws) => {
      const loss = tf.tidy(() => {
        const tensors = batchTensors(spec, batch);
        return policy.loss(tensors.actions, featuresOf(policy, tensors), drawnTensors(policy, draws));
      });
      return (await taken(loss))[0]!;
    },
    sample: (batch, { method, steps, noise }) => {
      const shape = trajectoryShape(spec, batch.size);
      const draw = (index: number): tf.Tensor3D => tf.tensor3d(noise(index), shape);
      const actions = tf.tidy(() => {
        const features = featuresOf(policy, batchTensors(spec, batch));
        return policy.sample(features, { noise: draw, method, steps });
      });
      return taken(actions);
    },
    dispose: () => policy.dispose(),
  };
}

/** The caller disposes of them, or uses tidy. */
export function drawnTensors(
  { spec }: Policy,
  { noise, timesteps }: LossDraws,
): { readonly noise: tf.Tensor3D; readonly timesteps: tf.Tensor1D } {
  return {
    noise: tf.tensor3d(noise, trajectoryShape(spec, timesteps.length)),
    timesteps: tf.tensor1d(timesteps, 'int32'),
  };
}

async function taken(tensor: tf.Tensor): Promise<Float32Array> {
  const values = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return values;
}
