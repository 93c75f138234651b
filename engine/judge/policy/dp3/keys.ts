/** The state dict of a DP3 policy: encoder, UNet, mask generator, normaliser. */
import { addUnet } from '../conditionalUnet1d/keys.js';
import { ParameterListing } from '../listing.js';
import { addNormalizer } from '../normalizer.js';
import type { Hyper, ParameterSpec } from '../spec.js';
import { addCloudEncoder } from './encoder.js';
import type { Dp3Spec } from './spec.js';

export function policyParameters(hyper: Hyper<Dp3Spec>): ParameterSpec[] {
  const list = new ParameterListing();
  list.add('_dummy_variable', [0]);
  addCloudEncoder(list, hyper.encoder);
  addUnet(list, hyper.unet);
  list.add('mask_generator._dummy_variable', [0]);
  addNormalizer(list, hyper.normalizer);
  return list.entries;
}
