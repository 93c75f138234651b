/** The state dict of a UNet low-dim policy: UNet, mask generator, normaliser. */
import { addUnet } from '../conditionalUnet1d/keys.js';
import { ParameterListing } from '../listing.js';
import { addNormalizer } from '../normalizer.js';
import type { Hyper, ParameterSpec } from '../spec.js';
import type { UnetLowdimSpec } from './spec.js';

export function policyParameters({ unet, normalizer }: Hyper<UnetLowdimSpec>): ParameterSpec[] {
  const list = new ParameterListing();
  list.add('_dummy_variable', [0]);
  addUnet(list, unet);
  list.add('mask_generator._dummy_variable', [0]);
  addNormalizer(list, normalizer);
  return list.entries;
}
