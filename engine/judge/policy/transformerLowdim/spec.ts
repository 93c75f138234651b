/** What a transformer low-dim policy has beside what every policy has. */
import type { DiffusionTransformer } from '../diffusionTransformer/spec.js';
import type { PolicySpec } from '../spec.js';

export const ID = 'transformerLowdim';

/** The one observation, in the state dict and in a batch. */
export const OBSERVATION = 'obs';

export interface TransformerLowdimSpec extends PolicySpec, DiffusionTransformer {
  readonly family: typeof ID;
  /** Nothing but the executed steps is predicted. */
  readonly actionStepsOnly: boolean;
}
