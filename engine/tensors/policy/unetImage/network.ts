/** The UNet image policy on tensors: torchvision's image encoders, and a UNet that all observed steps condition together or that inpaints them. */
import { asUnetImage } from '../../../judge/policy/unetImage/spec.js';
import { observedUnet } from '../conditionalUnet1d/observed.js';
import { encodeWithResnets } from '../multiImageEncoder.js';
import type { PolicyNetwork } from '../network.js';

export const UNET_IMAGE_NETWORK: PolicyNetwork = {
  predict: (params, batch) => observedUnet(params, asUnetImage(params.spec), batch),
  encodeImages: (params, images, statistics) =>
    encodeWithResnets(params, images, asUnetImage(params.spec).encoder, statistics),
};
