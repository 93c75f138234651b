/** The UNet hybrid on tensors: robomimic's image encoders, and a UNet that all observed steps condition together. */
import type * as tf from '@tensorflow/tfjs';
import { asUnetHybrid } from '../../../judge/policy/unetHybrid/spec.js';
import { unet } from '../conditionalUnet1d/unet.js';
import type { PolicyNetwork } from '../network.js';
import { encodeImages } from '../robomimicEncoder.js';

export const UNET_HYBRID_NETWORK: PolicyNetwork = {
  predict: (params, { noisy, timesteps, features }) => {
    const globalCondition = features.reshape<tf.Tensor2D>([noisy.shape[0], -1]);
    return unet(params, asUnetHybrid(params.spec).unet, { noisy, timesteps, globalCondition });
  },
  encodeImages,
};
