/** A policy in Python, measured. */
import { familyOfSpec } from '../../../judge/policy/families.js';
import type { PolicySpec } from '../../../judge/policy/spec.js';
import { trajectoryShape } from '../../../judge/policy/trajectory.js';
import { reverseSteps } from '../../../training/diffusion/sampler.js';
import type { ComputedPolicy } from '../../../training/loop/compute.js';
import type { PolicyWeights } from '../../../training/loop/weights.js';
import { batchArrays, drawArrays, modelArrays, specArguments } from './arrays.js';
import type { TorchProcess } from './process.js';

/** What was opened as a trainer or a policy, in evaluation mode. */
export function computed(child: TorchProcess, spec: PolicySpec): ComputedPolicy {
  return {
    loss: async (batch, draws) => {
      const arrays = { ...batchArrays(spec, batch), ...drawArrays(spec, draws) };
      return (await child.call<number>('loss', {}, arrays)).result;
    },
    sample: async (batch, { method, steps, noise }) => {
      const rows = reverseSteps(spec.scheduler, method, steps);
      const draws = [noise(0), ...rows.flatMap(({ deviation }, i) => (deviation > 0 ? [noise(i + 1)] : []))];
      const shape = trajectoryShape(spec, batch.size);
      const values = joined(draws);
      const arrays = { ...batchArrays(spec, batch), noise: { values, shape: [draws.length, ...shape] } };
      const answer = await child.call('sample', { steps: rows.map(row) }, arrays);
      return answer.arrays.get('actions')!;
    },
    dispose: () => child.close(),
  };
}

/** A finished policy. Its averages and moments are none. */
export async function measured(
  child: TorchProcess,
  spec: PolicySpec,
  weights: PolicyWeights,
): Promise<ComputedPolicy> {
  const groups = familyOfSpec(spec).parameterGroups(spec);
  const optimizer = {
    groups: groups.map(() => ({ weight_decay: 0, keys: [] })),
    ...{ betas: [0.9, 0.999], eps: 1e-8, factors: {}, steps: {} },
  };
  const setup = { spec: specArguments(spec), has_average: false, trained: [], share: 1, optimizer };
  await child.call('trainer', setup, modelArrays(spec, weights));
  return computed(child, spec);
}

/** Undefined has no JSON. */
function row({ clip, ...step }: ReturnType<typeof reverseSteps>[number]) {
  return { ...step, clip: clip ?? null };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((count, { length }) => count + length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
