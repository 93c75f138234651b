/** The table of networks that run on tensors here, by the family whose policies they are. */

import { FAMILIES, familyOfSpec } from '../../judge/policy/families.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { TensorError } from '../tensorError.js';
import type { PolicyNetwork } from './network.js';
import { TRANSFORMER_HYBRID_NETWORK } from './transformerHybrid/network.js';
import { UNET_HYBRID_NETWORK } from './unetHybrid/network.js';

const NETWORKS: ReadonlyMap<string, PolicyNetwork> = new Map([
  ['transformerHybrid', TRANSFORMER_HYBRID_NETWORK],
  ['unetHybrid', UNET_HYBRID_NETWORK],
]);

/** Throws `policy-not-computed` for a family that is only judged here. */
export function networkOf(spec: PolicySpec, networks = NETWORKS): PolicyNetwork {
  const network = networks.get(spec.family);
  if (network !== undefined) return network;
  const computed = FAMILIES.filter(({ id }) => NETWORKS.has(id)).flatMap(({ classes }) => classes);
  throw new TensorError({
    code: 'policy-not-computed',
    message: `the builtin engine does not compute a ${familyOfSpec(spec).name}; it computes ${computed.join(', ')}`,
    hint: 'Train it with --runner python, which starts your own train.py.',
  });
}
