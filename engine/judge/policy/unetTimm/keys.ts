/** The state dict of a UMI policy: encoder, UNet, normaliser. */
import { addUnet } from '../conditionalUnet1d/keys.js';
import { ParameterListing } from '../listing.js';
import { addNormalizer } from '../normalizer.js';
import type { Hyper, ParameterSpec } from '../spec.js';
import { addTimmEncoder } from '../timmEncoder/keys.js';
import type { TimmObservation } from '../timmEncoder/shape.js';
import type { UnetTimmSpec } from './spec.js';

/** `configured` are the observations in the order of the config. */
export function policyParameters(
  hyper: Hyper<UnetTimmSpec>,
  configured: readonly TimmObservation[],
): ParameterSpec[] {
  const list = new ParameterListing();
  list.add('_dummy_variable', [0]);
  addTimmEncoder(list, configured, hyper.encoder);
  addUnet(list, hyper.unet);
  addNormalizer(list, hyper.normalizer);
  return list.entries;
}
