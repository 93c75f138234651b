/** The UNet hybrid on tensors: robomimic's image encoders, and a UNet that all observed steps condition together or that inpaints them. */
import { asUnetHybrid } from '../../../judge/policy/unetHybrid/spec.js';
import { observedUnet } from '../conditionalUnet1d/observed.js';
import type { PolicyNetwork } from '../network.js';
import { encodeImages } from '../robomimicEncoder.js';

export const UNET_HYBRID_NETWORK: PolicyNetwork = {
  predict: (params, batch) => observedUnet(params, asUnetHybrid(params.spec), batch),
  encodeImages: (params, images, statistics) =>
    encodeImages(params, images, asUnetHybrid(params.spec), statistics),
};
