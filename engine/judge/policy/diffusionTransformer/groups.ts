/** The optimizer's groups of a diffusion transformer. */
import type { ParameterGroup } from '../family.js';
import type { ParameterSpec, PolicySpec } from '../spec.js';

/**
 * Weights of linear layers and attention decay; biases, LayerNorm, position embeddings and the transformer's empty
 * dummy (which comes first) do not. Sorted by name. The policy's other dummies are in no group.
 */
export function transformerGroups({ parameters }: Pick<PolicySpec, 'parameters'>): ParameterGroup[] {
  const trained = parameters.filter(({ key, kind }) => kind === 'parameter' && key.startsWith('model.'));
  const sorted = trained.sort((a, b) => (a.key < b.key ? -1 : 1));
  return [
    { name: 'decayed', parameters: sorted.filter(decays) },
    { name: 'not decayed', parameters: sorted.filter((entry) => !decays(entry)) },
  ];
}

/** In this network every matrix belongs to a linear layer or to attention. */
function decays({ key, shape }: ParameterSpec): boolean {
  return key.endsWith('weight') && shape.length === 2;
}
