/** The table of networks that run on tensors here, by the family whose policies they are. */

import { FAMILIES, familyOfSpec } from '../../judge/policy/families.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { TensorError } from '../tensorError.js';
import type { PolicyNetwork } from './network.js';
import { TRANSFORMER_HYBRID_NETWORK } from './transformerHybrid/network.js';
import { TRANSFORMER_LOWDIM_NETWORK } from './transformerLowdim/network.js';
import { UNET_HYBRID_NETWORK } from './unetHybrid/network.js';
import { UNET_IMAGE_NETWORK } from './unetImage/network.js';
import { UNET_LOWDIM_NETWORK } from './unetLowdim/network.js';

const NETWORKS: ReadonlyMap<string, PolicyNetwork> = new Map([
  ['transformerHybrid', TRANSFORMER_HYBRID_NETWORK],
  ['transformerLowdim', TRANSFORMER_LOWDIM_NETWORK],
  ['unetHybrid', UNET_HYBRID_NETWORK],
  ['unetImage', UNET_IMAGE_NETWORK],
  ['unetLowdim', UNET_LOWDIM_NETWORK],
]);

/** Throws `policy-not-computed` for a family that is only judged here. */
export function networkOf(spec: PolicySpec, networks = NETWORKS): PolicyNetwork {
  const network = networks.get(spec.family);
  if (network !== undefined) return network;
  const computed = FAMILIES.filter(({ id }) => networks.has(id)).flatMap(({ classes }) => classes);
  const { name, trainedBy } = familyOfSpec(spec);
  throw new TensorError({
    code: 'policy-not-computed',
    message: `the builtin engine does not compute a ${name}; it computes ${computed.join(', ')}`,
    hint:
      trainedBy ??
      'Fine-tune it with --runner python, which starts your own train.py; what it predicts, the project’s own code can measure.',
  });
}
