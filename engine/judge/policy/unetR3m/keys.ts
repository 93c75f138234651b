/** The state dict of iDP3's image policy: encoder, UNet, mask generator, normaliser. */
import { addUnet } from '../conditionalUnet1d/keys.js';
import { ParameterListing } from '../listing.js';
import { addNormalizer } from '../normalizer.js';
import type { Hyper, ParameterSpec } from '../spec.js';
import type { TimmObservation } from '../timmEncoder/shape.js';
import { addR3mEncoder } from './encoder.js';
import type { UnetR3mSpec } from './spec.js';

/** `configured` are the observations in the order of the config. */
export function policyParameters(
  hyper: Hyper<UnetR3mSpec>,
  configured: readonly TimmObservation[],
): ParameterSpec[] {
  const list = new ParameterListing();
  list.add('_dummy_variable', [0]);
  addR3mEncoder(list, configured, hyper.encoder);
  addUnet(list, hyper.unet);
  list.add('mask_generator._dummy_variable', [0]);
  addNormalizer(list, hyper.normalizer);
  return list.entries;
}
