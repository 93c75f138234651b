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

function lacking({ obsAsGlobalCond, encoder, cropShape }: UnetImageSpec): string | undefined {
  // Upstream's image features get gradients only from the steps that are known, not from those that are noised.
  if (!obsAsGlobalCond) return 'that inpaints its observations (policy.obs_as_global_cond False)';
  // torchvision's versions resize tensors in different ways.
  if (encoder.views.some(({ resized }) => resized !== undefined))
    return 'that resizes its images (policy.obs_encoder.resize_shape)';
  if (encoder.norm === 'BatchNorm')
    return 'whose image encoders have BatchNorm (policy.obs_encoder.use_group_norm)';
  const isOneSize = encoder.views.every(({ size }) => size[0] === cropShape[0] && size[1] === cropShape[1]);
  return isOneSize ? undefined : 'whose cameras are seen in different sizes (policy.obs_encoder.crop_shape)';
}
