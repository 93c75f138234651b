/** The UNet hybrid on tensors: robomimic's image encoders, and a UNet that all observed steps condition together. */
import type * as tf from '@tensorflow/tfjs';
import { asUnetHybrid } from '../../../judge/policy/unetHybrid/spec.js';
import { unet } from '../conditionalUnet1d/unet.js';
import type { PolicyNetwork } from '../network.js';
import { encodeImages, lackingNorm } from '../robomimicEncoder.js';

export const UNET_HYBRID_NETWORK: PolicyNetwork = {
  // Upstream's image features get gradients only from the steps that are known, not from those that are noised.
  lacks: (spec) =>
    asUnetHybrid(spec).obsAsGlobalCond
      ? lackingNorm(asUnetHybrid(spec))
      : 'that inpaints its observations (policy.obs_as_global_cond False)',
  predict: (params, { noisy, timesteps, features }) => {
    const globalCondition = features.reshape<tf.Tensor2D>([noisy.shape[0], -1]);
    return unet(params, asUnetHybrid(params.spec).unet, { noisy, timesteps, globalCondition });
  },
  encodeImages,
};
