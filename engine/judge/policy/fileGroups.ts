/** The groups of an optimizer as a checkpoint lists them, which depends on when the training built it. */
import type { OptimizerInfo } from '../../formats/checkpoint/types.js';
import { familyOfSpec } from './families.js';
import type { ParameterGroup } from './family.js';
import type { PolicySpec } from './spec.js';

/**
 * Upstream's trainings build the optimizer before the normaliser is there. One that fits the normaliser first hands its tensors over too,
 * behind all others; they never change, but torch loads only groups of the same lengths. Undefined where the lengths are neither's.
 */
export function groupsInFile(
  spec: PolicySpec,
  { paramGroups }: Pick<OptimizerInfo, 'paramGroups'>,
): readonly ParameterGroup[] | undefined {
  const found = groupLengths({ paramGroups });
  const usual = familyOfSpec(spec).parameterGroups(spec);
  return [usual, withNormalizer(usual, spec)].find((groups) => isAsLong(groups, found));
}

/** Of each group; not a number where it lists none. */
export function groupLengths({ paramGroups }: Pick<OptimizerInfo, 'paramGroups'>): number[] {
  return paramGroups.map(({ params }) => (Array.isArray(params) ? params.length : Number.NaN));
}

/** The same groups of a training that fits the normaliser first; a family whose trainings all do so has its tensors in their places already. */
export function withNormalizer(
  groups: readonly ParameterGroup[],
  { parameters }: PolicySpec,
): ParameterGroup[] {
  const there = new Set(groups.flatMap((group) => group.parameters));
  const fitted = parameters.filter((entry) => entry.kind === 'normalizer' && !there.has(entry));
  // Only who hands over all parameters of a policy hands over these.
  return groups.length !== 1
    ? [...groups]
    : groups.map((group) => ({ ...group, parameters: [...group.parameters, ...fitted] }));
}

function isAsLong(groups: readonly ParameterGroup[], found: readonly number[]): boolean {
  return groups.length === found.length && groups.every((group, at) => group.parameters.length === found[at]);
}
