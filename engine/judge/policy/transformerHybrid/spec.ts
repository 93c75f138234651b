/** What a transformer hybrid policy has beside what every policy has. */
import type { DiffusionTransformer } from '../diffusionTransformer/spec.js';
import type { RobomimicShape } from '../robomimicEncoder.js';
import type { PolicySpec } from '../spec.js';

export const ID = 'transformerHybrid';

export interface TransformerHybridSpec extends PolicySpec, DiffusionTransformer, RobomimicShape {
  readonly family: typeof ID;
}
