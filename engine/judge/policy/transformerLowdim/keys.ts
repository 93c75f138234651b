/** The state dict of a transformer low-dim policy: transformer, mask generator, normaliser. */
import { addDiffusionTransformer } from '../diffusionTransformer/keys.js';
import { ParameterListing } from '../listing.js';
import { addNormalizer } from '../normalizer.js';
import type { Hyper, ParameterSpec } from '../spec.js';
import type { TransformerLowdimSpec } from './spec.js';

export function policyParameters(hyper: Hyper<TransformerLowdimSpec>): ParameterSpec[] {
  const list = new ParameterListing();
  list.add('_dummy_variable', [0]);
  addDiffusionTransformer(list, hyper);
  list.add('mask_generator._dummy_variable', [0]);
  addNormalizer(list, hyper.normalizer);
  return list.entries;
}
