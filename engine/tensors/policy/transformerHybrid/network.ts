/** The transformer hybrid on tensors: robomimic's image encoders, and a transformer that attends to the observations. */
import type { PolicyNetwork } from '../network.js';
import { encodeImages } from '../robomimicEncoder.js';
import { predict } from './transformer.js';

export const TRANSFORMER_HYBRID_NETWORK: PolicyNetwork = { predict, encodeImages };
