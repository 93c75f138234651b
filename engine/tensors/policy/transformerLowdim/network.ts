/** The transformer low-dim policy on tensors: the diffusion transformer alone, which may attend to the observation. */
import { predict } from '../diffusionTransformer/transformer.js';
import type { PolicyNetwork } from '../network.js';

export const TRANSFORMER_LOWDIM_NETWORK: PolicyNetwork = { predict };
