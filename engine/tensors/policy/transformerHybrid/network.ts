/** The transformer hybrid on tensors: robomimic's image encoders, and a transformer that attends to the observations. */

import { predict } from '../diffusionTransformer/transformer.js';
import type { PolicyNetwork } from '../network.js';
import { encodeImages } from '../robomimicEncoder.js';

export const TRANSFORMER_HYBRID_NETWORK: PolicyNetwork = { predict, encodeImages };
