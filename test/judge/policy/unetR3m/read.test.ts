/** The spec of iDP3's image policy: upstream's own keys and shapes in each of its settings, and what is refused. */
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { LISTING, r3mConfig, r3mMeta, VARIANTS } from './configs.js';

describe.each(VARIANTS)('%s', (name) => {
  const { state_dict, parameters } = LISTING[name]!;
  const spec = policySpec(r3mConfig(name));

  it('has every key and shape in upstream’s order', () => {
    const own = spec.parameters.filter(({ kind }) => kind !== 'normalizer');
    expect(own.map(({ key, shape }) => `${key} ${shape.join('x')}`)).toEqual(state_dict);
  });

  it('hands the trained ones to the optimizer', () => {
    const [group, ...others] = familyOfSpec(spec).parameterGroups(spec);
    expect(others).toEqual([]);
    expect(group!.parameters).toHaveLength(parameters);
  });
});

it('conditions the network by cameras, then the state, step behind step', () => {
  const spec = policySpec(r3mConfig('two cameras'));
  const axis = familyOfSpec(spec).axisOf('model.mid_modules.0.cond_encoder.1.weight', spec);
  const parts = axis!.segments.map((part) =>
    part.of === 'observation' ? [part.key, part.width, part.step] : [],
  );
  expect(parts.slice(1)).toEqual([
    ['image', 512, -2],
    ['image', 512, -1],
    ['wrist', 512, -2],
    ['wrist', 512, -1],
    ['agent_pos', 7, -2],
    ['agent_pos', 7, -1],
  ]);
});

it('fits the action alone', () => {
  const { normalizer } = policySpec(r3mConfig());
  expect(normalizer.map(({ name, width, range }) => [name, width, range])).toEqual([
    ['action', 7, 'fitted'],
    ['image', 1, 'identity'],
    ['agent_pos', 1, 'identity'],
  ]);
});

it('starts a new encoder from random values, unless its weights are downloaded', () => {
  const rule = (variant: string, key: string) => {
    const spec = policySpec(r3mConfig(variant));
    return familyOfSpec(spec).initialRule(spec.parameters.find((entry) => entry.key.endsWith(key))!, spec);
  };
  expect(rule('random', 'convnet.conv1.weight')).toMatchObject({ kind: 'normal' });
  expect(() => rule('pretrained', 'convnet.conv1.weight')).toThrow(/pretrained is true: a new image encoder/);
});

describe('a config that upstream cannot build or run is named with its dotted path', () => {
  const cases: [string, PlainMap, PlainMap, RegExp, PlainMap?][] = [
    ['inpainting', { obs_as_global_cond: false }, {}, /obs_as_global_cond is false, expected true/],
    ['depth', { use_depth: true }, {}, /use_depth is true, expected false/],
    ['a model of timm', {}, { model_name: 'resnet18' }, /model_name is resnet18, expected r3m/],
    ['unused layers', {}, { feature_aggregation: 'transformer' }, /feature_aggregation is .*transformer/],
    ['another encoder', {}, { _target_: 'a.MultiImageObsEncoder' }, /expected TimmObsEncoder/],
    [
      'other steps',
      {},
      {},
      /agent_pos\.horizon is 3|image\.horizon is 3, but policy\.n_obs_steps is 2/,
      r3mMeta(7, 7, 3),
    ],
    ['another condition', { condition_type: 'cross' }, {}, /condition_type is cross/],
  ];
  it.each(cases)('%s', (_name, change, encoder, message, meta) => {
    expect(() => policySpec(r3mConfig('random', change, encoder, meta))).toThrow(message);
  });
});
