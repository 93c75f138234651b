/** Which groups an optimizer in a file has: with the normaliser's tensors or without them, told from its lengths. */
import { expect, it } from 'vitest';
import { familyOfSpec, policySpec } from '../../../engine/judge/policy/families.js';
import { groupsInFile } from '../../../engine/judge/policy/fileGroups.js';
import { config, unetHybridConfig } from '../../tensors/policy/configs.js';

const spec = policySpec(unetHybridConfig());
const usual = familyOfSpec(spec).parameterGroups(spec)[0]!.parameters;
const fitted = spec.parameters.filter(({ kind }) => kind === 'normalizer');
const file = (...lengths: number[]) => ({
  paramGroups: lengths.map((length) => ({ params: Array.from({ length }, (_, index) => index) })),
});

it('without the normaliser, as upstream builds it', () => {
  expect(groupsInFile(spec, file(usual.length))?.[0]?.parameters).toEqual(usual);
});

it('with the normaliser behind all others', () => {
  const groups = groupsInFile(spec, file(usual.length + fitted.length));
  expect(groups?.[0]?.parameters).toEqual([...usual, ...fitted]);
});

it.each([[usual.length + 1], [usual.length, fitted.length], []])('%i is neither', (...lengths) => {
  expect(groupsInFile(spec, file(...lengths))).toBeUndefined();
});

it('a family that picks its parameters never holds it', () => {
  const transformer = policySpec(config());
  const lengths = familyOfSpec(transformer)
    .parameterGroups(transformer)
    .map(({ parameters }) => parameters.length);
  expect(groupsInFile(transformer, file(...lengths))).toHaveLength(3);
  expect(groupsInFile(transformer, file(...lengths.slice(0, 2), lengths[2]! + 18))).toBeUndefined();
});
