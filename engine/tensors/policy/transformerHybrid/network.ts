/** The transformer hybrid on tensors: robomimic's image encoders, and a transformer that attends to the observations. */

import type { TransformerHybridSpec } from '../../../judge/policy/transformerHybrid/spec.js';
import { predict } from '../diffusionTransformer/transformer.js';
import type { PolicyNetwork } from '../network.js';
import { encodeImages, lackingNorm } from '../robomimicEncoder.js';

export const TRANSFORMER_HYBRID_NETWORK: PolicyNetwork = {
  lacks: (spec) => lackingNorm(spec as TransformerHybridSpec),
  predict,
  encodeImages,
};
