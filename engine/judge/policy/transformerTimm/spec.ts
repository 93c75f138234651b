/** What a UMI policy with a transformer has beside what every policy has. */
import type { DiffusionTransformerSpec } from '../diffusionTransformer/spec.js';
import type { AxisSegment } from '../family.js';
import type { PolicySpec } from '../spec.js';
import type { PosesSpec } from '../timmEncoder/poses.js';
import type { TimmObservation, TimmShape } from '../timmEncoder/shape.js';

export const ID = 'transformerTimm';

export interface TransformerTimmSpec extends DiffusionTransformerFacts, PosesSpec {
  readonly family: typeof ID;
  readonly observations: readonly TimmObservation[];
  readonly encoder: TimmShape;
  /** Which tokens of a camera's image are attended to: all of its map, or one. */
  readonly aggregation: 'all' | 'cls' | 'avg' | 'max';
  /** What the positions of the condition stand for: the observations' tokens, then the diffusion step. */
  readonly tokens: readonly AxisSegment[];
}

interface DiffusionTransformerFacts extends PolicySpec, DiffusionTransformerSpec {}

/** The spec of one who works on this family alone. */
export function asTransformerTimm(spec: PolicySpec): TransformerTimmSpec {
  if (isTransformerTimm(spec)) return spec;
  throw new Error(`the policy is one of the family ${spec.family}`);
}

function isTransformerTimm(spec: PolicySpec): spec is TransformerTimmSpec {
  return spec.family === ID;
}
