/** What a transformer hybrid policy has beside what every policy has. */
import type { DiffusionTransformer } from '../diffusionTransformer/spec.js';
import type { RobomimicShape } from '../robomimicEncoder.js';
import type { PolicySpec } from '../spec.js';

export const ID = 'transformerHybrid';

export interface TransformerHybridSpec extends PolicySpec, DiffusionTransformer, RobomimicShape {
  readonly family: typeof ID;
  /** Nothing but the executed steps is predicted. */
  readonly actionStepsOnly: boolean;
}

/** The spec of one who works on this family alone. */
export function asTransformerHybrid(spec: PolicySpec): TransformerHybridSpec {
  if (isTransformerHybrid(spec)) return spec;
  throw new Error(`the policy is one of the family ${spec.family}`);
}

function isTransformerHybrid(spec: PolicySpec): spec is TransformerHybridSpec {
  return spec.family === ID;
}
