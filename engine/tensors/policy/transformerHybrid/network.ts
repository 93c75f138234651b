/** The transformer hybrid on tensors: robomimic's image encoders, and a transformer that attends to the observations. */

import { asTransformerHybrid } from '../../../judge/policy/transformerHybrid/spec.js';
import { predict } from '../diffusionTransformer/transformer.js';
import type { PolicyNetwork } from '../network.js';
import { encodeImages } from '../robomimicEncoder.js';

export const TRANSFORMER_HYBRID_NETWORK: PolicyNetwork = {
  predict,
  encodeImages: (params, images, statistics) =>
    encodeImages(params, images, asTransformerHybrid(params.spec), statistics),
};
