/** The UNet image policy on tensors: a ResNet for each camera, and a UNet that all observed steps condition together. */
import type * as tf from '@tensorflow/tfjs';
import { asUnetImage, type UnetImageSpec } from '../../../judge/policy/unetImage/spec.js';
import { unet } from '../conditionalUnet1d/unet.js';
import { encodeWithResnet } from '../multiImageEncoder.js';
import type { PolicyNetwork } from '../network.js';

export const UNET_IMAGE_NETWORK: PolicyNetwork = {
  lacks: (spec) => lacking(asUnetImage(spec)),
  predict: (params, { noisy, timesteps, features }) => {
    const globalCondition = features.reshape<tf.Tensor2D>([noisy.shape[0], -1]);
    return unet(params, asUnetImage(params.spec).unet, { noisy, timesteps, globalCondition });
  },
  encodeImages: (params, camera, images) =>
    encodeWithResnet(params, camera, images, asUnetImage(params.spec).encoder),
};

function lacking({ obsAsGlobalCond, encoder }: UnetImageSpec): string | undefined {
  // Upstream's image features get gradients only from the steps that are known, not from those that are noised.
  if (!obsAsGlobalCond) return 'that inpaints its observations (policy.obs_as_global_cond False)';
  return encoder.norm === 'GroupNorm'
    ? undefined
    : 'whose image encoders have BatchNorm (policy.obs_encoder.use_group_norm)';
}
