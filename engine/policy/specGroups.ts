/** Which parameter AdamW holds in which of upstream's three groups, and so its index in the saved optimizer state. */
import type { ParameterSpec, PolicySpec } from './spec.js';

/** The groups in the order of the file; indices of the optimizer's state count through them. */
export const GROUP_NAMES = ['decayed', 'not decayed', 'encoder'] as const;
export type GroupName = (typeof GROUP_NAMES)[number];

export interface ParameterGroup {
  readonly name: GroupName;
  /** In torch's order: the transformer's sorted by name, the encoder's as the modules lie. */
  readonly parameters: readonly ParameterSpec[];
}

/**
 * Weights of linear layers and attention decay; biases, LayerNorm, position embeddings and the transformer's empty
 * dummy (which comes first) do not; the image encoder is a group of its own. The policy's other dummies are in none.
 */
export function parameterGroups(spec: Pick<PolicySpec, 'parameters'>): ParameterGroup[] {
  const trained = spec.parameters.filter((entry) => entry.kind === 'parameter' && entry.alias === undefined);
  const transformer = trained.filter(({ key }) => key.startsWith('model.')).sort(byKey);
  return [
    { name: 'decayed', parameters: transformer.filter(decays) },
    { name: 'not decayed', parameters: transformer.filter((entry) => !decays(entry)) },
    { name: 'encoder', parameters: trained.filter(({ key }) => key.startsWith('obs_encoder.')) },
  ];
}

/** In this network every matrix of the transformer belongs to a linear layer or to attention. */
function decays({ key, shape }: ParameterSpec): boolean {
  return key.endsWith('weight') && shape.length === 2;
}

function byKey(a: ParameterSpec, b: ParameterSpec): number {
  return a.key < b.key ? -1 : 1;
}
