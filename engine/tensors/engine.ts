/** The builtin engine: tfjs on the backend that a training asks for. */
import type { ComputeEngine, EngineRequest } from '../training/loop/compute.js';
import { openBackend, parseBackendRequest } from './backend/open.js';
import { computed } from './computed.js';
import { networkOf } from './policy/networks.js';
import { Normalizer } from './policy/normalizer.js';
import { ParameterStore } from './policy/parameters.js';
import { Policy } from './policy/policy.js';
import { BuiltinTrainer } from './train/trainer.js';

export async function openBuiltin({ backend }: Pick<EngineRequest, 'backend'>): Promise<ComputeEngine> {
  const { name, version, device, note } = await openBackend({ request: parseBackendRequest(backend) });
  return {
    device: `${name} ${version}, ${device}`,
    ...(note !== undefined && { note }),
    requireComputed: (spec) => {
      networkOf(spec);
    },
    trainer: async (setup) => new BuiltinTrainer(setup),
    policy: async (spec, { values, normalizer }) =>
      computed(new Policy(spec, new ParameterStore(spec, values), new Normalizer(normalizer))),
  };
}
