/** The state dict of a policy of consistency-policy: encoder, UNets, mask generator, normaliser. */
import { addUnet } from '../conditionalUnet1d/keys.js';
import type { UnetShape } from '../conditionalUnet1d/shape.js';
import { ParameterListing } from '../listing.js';
import { addNormalizer } from '../normalizer.js';
import { addRobomimicEncoder } from '../robomimicEncoder.js';
import type { Hyper, ParameterSpec } from '../spec.js';
import type { ConsistencySpec, NETWORKS } from './spec.js';

/** A student's teacher comes behind the normaliser. */
export function policyParameters(hyper: Hyper<ConsistencySpec>): ParameterSpec[] {
  const { unet, teacher, normalizer } = hyper;
  const list = new ParameterListing();
  list.add('_dummy_variable', [0]);
  addRobomimicEncoder(list, hyper);
  addNetwork(list, unet, 'model');
  if (teacher !== undefined) addNetwork(list, unet, 'model_ema');
  list.add('mask_generator._dummy_variable', [0]);
  addNormalizer(list, normalizer);
  if (teacher !== undefined) addNetwork(list, teacher, 'teacher');
  return list.entries;
}

function addNetwork(list: ParameterListing, shape: UnetShape, name: (typeof NETWORKS)[number]): void {
  const own = new ParameterListing();
  addUnet(own, shape);
  for (const entry of own.entries)
    list.entries.push({ ...entry, key: `${name}${entry.key.slice('model'.length)}` });
}
