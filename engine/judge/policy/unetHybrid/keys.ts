/** The state dict of a UNet hybrid policy: encoder, UNet, mask generator, normaliser. */
import { addUnet } from '../conditionalUnet1d/keys.js';
import { ParameterListing } from '../listing.js';
import { addNormalizer } from '../normalizer.js';
import { addRobomimicEncoder } from '../robomimicEncoder.js';
import type { Hyper, ParameterSpec } from '../spec.js';
import type { UnetHybridSpec } from './spec.js';

export function policyParameters(hyper: Hyper<UnetHybridSpec>): ParameterSpec[] {
  const list = new ParameterListing();
  list.add('_dummy_variable', [0]);
  addRobomimicEncoder(list, hyper);
  addUnet(list, hyper.unet);
  list.add('mask_generator._dummy_variable', [0]);
  addNormalizer(list, hyper.normalizer);
  return list.entries;
}
