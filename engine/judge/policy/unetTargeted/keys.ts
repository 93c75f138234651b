/** The state dict of a UNet policy with a target: projection, encoder, UNet, mask generator, normaliser. */
import { addUnet } from '../conditionalUnet1d/keys.js';
import { ParameterListing } from '../listing.js';
import { addNormalizer } from '../normalizer.js';
import { addRobomimicEncoder, featureWidths } from '../robomimicEncoder.js';
import type { Hyper, ObservationSpec, ParameterSpec, PolicySpec } from '../spec.js';
import { TARGET, type UnetTargetedSpec } from './spec.js';

export const PROJECTOR = 'obs_embedding_projector.network.0';

export function policyParameters(hyper: Hyper<UnetTargetedSpec>): ParameterSpec[] {
  const list = new ParameterListing();
  list.add('_dummy_variable', [0]);
  const { embedding } = hyper;
  if (embedding !== undefined) list.layer(PROJECTOR, embedding, featureWidths(encoded(hyper)));
  addRobomimicEncoder(list, hyper);
  addUnet(list, hyper.unet);
  list.add('mask_generator._dummy_variable', [0]);
  addNormalizer(list, hyper.normalizer);
  return list.entries;
}

/** What the encoder joins for each step. */
export function encoded({ observations }: Pick<PolicySpec, 'observations'>): ObservationSpec[] {
  return observations.filter(({ key }) => key !== TARGET);
}
