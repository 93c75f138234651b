/** What a transformer low-dim policy has beside what every policy has. */
import type { DiffusionTransformer } from '../diffusionTransformer/spec.js';
import type { PolicySpec } from '../spec.js';

export const ID = 'transformerLowdim';

export interface TransformerLowdimSpec extends PolicySpec, DiffusionTransformer {
  readonly family: typeof ID;
  /** Nothing but the executed steps is predicted. */
  readonly actionStepsOnly: boolean;
}
