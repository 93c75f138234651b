/** The size of upstream's diffusion transformer, the network of several policies. */
import type { PolicySpec } from '../spec.js';

export interface DiffusionTransformer {
  /** Values of one step of the trajectory, which the network reads and predicts. */
  readonly trajectoryWidth: number;
  /** Positions that it has an embedding for; an encoder-only transformer has one more for the diffusion step. */
  readonly positions: number;
  /** The diffusion step and the observed ones; 0 for an encoder-only transformer, whose diffusion step stands among the positions. */
  readonly condTokens: number;
  /** Values of one observed step that the network attends to; 0 where it attends to none. */
  readonly condWidth: number;
  readonly layers: number;
  /** 0: the condition goes through an MLP. */
  readonly condLayers: number;
  readonly heads: number;
  readonly embedding: number;
  readonly dropEmbedding: number;
  readonly dropAttention: number;
  readonly causalAttention: boolean;
}

/** Of a policy whose network it is. */
export type DiffusionTransformerSpec = PolicySpec & DiffusionTransformer;

/** The spec of one who works on this network alone. */
export function asDiffusionTransformer(spec: PolicySpec): DiffusionTransformerSpec {
  if (isDiffusionTransformer(spec)) return spec;
  throw new Error(`the policy of the family ${spec.family} has no diffusion transformer`);
}

function isDiffusionTransformer(spec: PolicySpec): spec is DiffusionTransformerSpec {
  return 'condTokens' in spec;
}
