/** The UNet of a policy with image encoders, told its observations as a global condition or in the trajectory. */
import type * as tf from '@tensorflow/tfjs';
import type { UnetSpec } from '../../../judge/policy/conditionalUnet1d/shape.js';
import type { NoisyBatch } from '../network.js';
import type { ParameterStore } from '../parameters.js';
import { unet } from './unet.js';

export function observedUnet(
  params: ParameterStore,
  spec: UnetSpec & { readonly obsAsGlobalCond: boolean },
  { noisy, timesteps, features }: NoisyBatch,
): tf.Tensor3D {
  if (!spec.obsAsGlobalCond) return unet(params, spec.unet, { noisy, timesteps });
  const globalCondition = features.reshape<tf.Tensor2D>([noisy.shape[0], -1]);
  return unet(params, spec.unet, { noisy, timesteps, globalCondition });
}
