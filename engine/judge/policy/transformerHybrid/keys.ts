/** The state dict of a transformer hybrid policy: encoder, transformer, mask generator, normaliser. */
import { addDiffusionTransformer } from '../diffusionTransformer/keys.js';
import { ParameterListing } from '../listing.js';
import { addNormalizer } from '../normalizer.js';
import { addRobomimicEncoder } from '../robomimicEncoder.js';
import type { Hyper, ParameterSpec } from '../spec.js';
import type { TransformerHybridSpec } from './spec.js';

export function policyParameters(hyper: Hyper<TransformerHybridSpec>): ParameterSpec[] {
  const list = new ParameterListing();
  list.add('_dummy_variable', [0]);
  addRobomimicEncoder(list, hyper);
  addDiffusionTransformer(list, hyper);
  list.add('mask_generator._dummy_variable', [0]);
  addNormalizer(list, hyper.normalizer);
  return list.entries;
}
