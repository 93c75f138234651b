/** The state dict of a UNet image policy: encoder, UNet, mask generator, normaliser. */
import { addUnet } from '../conditionalUnet1d/keys.js';
import { ParameterListing } from '../listing.js';
import { addMultiImageEncoder } from '../multiImageEncoder.js';
import { addNormalizer } from '../normalizer.js';
import type { Hyper, ObservationSpec, ParameterSpec } from '../spec.js';
import type { UnetImageSpec } from './spec.js';

/** `configured` are the observations in the order of the config. */
export function policyParameters(
  hyper: Hyper<UnetImageSpec>,
  configured: readonly ObservationSpec[],
): ParameterSpec[] {
  const list = new ParameterListing();
  list.add('_dummy_variable', [0]);
  addMultiImageEncoder(list, configured, hyper.encoder);
  addUnet(list, hyper.unet);
  list.add('mask_generator._dummy_variable', [0]);
  addNormalizer(list, hyper.normalizer);
  return list.entries;
}
