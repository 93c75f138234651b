/** The spec of LeRobot's ACT policy: LeRobot's own keys, shapes and groups for many configs, what follows what, and what is refused. */
import { describe, expect, it } from 'vitest';
import type { Plain, PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { rowsOf, variantsOf } from '../lerobot/listings.js';

const VARIANTS = variantsOf('act', 'ACTPolicy');
const named = (name: string) => VARIANTS.find((variant) => variant.name === name)!.resolved;
const changed = (name: string, change: Readonly<Record<string, Plain>>): PlainMap => ({
  policy: { ...(named(name)['policy'] as PlainMap), ...change },
});

it('knows all that the fixture lists', () => expect(VARIANTS.length).toBe(16));

describe.each(VARIANTS)('$name', ({ resolved, rows, groups }) => {
  const spec = policySpec(resolved);

  it('has every key, shape and kind in LeRobot’s order', () => expect(rowsOf(spec)).toEqual(rows));

  it('has a group for the backbone and one for everything else', () => {
    const found = familyOfSpec(spec).parameterGroups(spec);
    expect(found.map(({ parameters }) => parameters.length)).toEqual(groups);
  });

  it('every key has a role with as many dimensions as its shape, with and without facts', () => {
    const { roleOf } = familyOfSpec(spec);
    for (const { key, shape } of spec.parameters)
      for (const facts of [spec, {}])
        expect([key, roleOf(key, facts)?.dimensions.length]).toEqual([key, shape.length]);
  });
});

it('the axes that follow the action, the vectors, the tokens and the chunk', () => {
  const spec = policySpec(named('everything'));
  const family = familyOfSpec(spec);
  const axes = spec.parameters.flatMap(({ key }) => {
    const axis = family.axisOf(key, spec);
    return axis === undefined
      ? []
      : [[key.replace('model.', ''), axis.axis, axis.segments, axis.startsSilent]];
  });
  const action = [{ of: 'action', width: 7 }];
  const state = [{ of: 'observation', key: 'observation.state', width: 7 }];
  const environment = [{ of: 'observation', key: 'observation.environment_state', width: 6 }];
  const tokens = ['latent', 'observation.state', 'observation.environment_state'];
  expect(axes).toEqual([
    ['vae_encoder_robot_state_input_proj.weight', 1, state, true],
    ['vae_encoder_action_input_proj.weight', 1, action, true],
    ['encoder_robot_state_input_proj.weight', 1, state, true],
    ['encoder_env_state_input_proj.weight', 1, environment, true],
    [
      'encoder_1d_feature_pos_embed.weight',
      0,
      tokens.map((name) => ({ of: 'other', name, width: 1 })),
      false,
    ],
    ['decoder_pos_embed.weight', 0, [{ of: 'other', name: 'step of the chunk', width: 12 }], false],
    ['action_head.weight', 0, action, false],
    ['action_head.bias', 0, action, false],
  ]);
});

it('the norms of the image encoder are frozen: they have no count of batches', () => {
  const spec = policySpec(named('one camera'));
  const role = (part: string) =>
    familyOfSpec(spec).roleOf(`model.backbone.layer2.0.downsample.1.${part}`, spec);
  expect(role('running_var')?.meaning).toBe(
    'variance of the frozen BatchNorm in the shortcut of stage 2 of the image encoder (ResNet) of all cameras (not trained)',
  );
  expect(role('num_batches_tracked')).toBeUndefined();
});

it('a key that reads a vector belongs to its observation, whatever that is called', () => {
  const features = {
    'observation.environment_state': { type: 'STATE', shape: [2] },
    'observation.world': { type: 'ENV', shape: [3] },
  };
  const spec = policySpec(changed('environment alone', { input_features: features }));
  const { placeOf, nameInKeys } = familyOfSpec(spec);
  expect(placeOf('model.encoder_env_state_input_proj.bias', spec).of?.name).toBe('observation.world');
  expect(nameInKeys?.('observation.world', spec)).toBe('env_state');
  expect(spec.observations.map(({ key }) => key)).toEqual(['observation.world']);
});

it('the positions in the encoder of the actions: sines and cosines of the token’s number', () => {
  const spec = policySpec(named('everything'));
  const rule = familyOfSpec(spec).initialRule(spec.parameters[0]!, spec);
  const values = rule.kind === 'computed' ? rule.values() : new Float32Array();
  expect(values.length).toBe(14 * 32);
  expect([...values.subarray(0, 4)]).toEqual([0, 1, 0, 1]);
  expect(values[32]).toBe(Math.fround(Math.sin(1)));
  expect(values[2 * 32 + 3]).toBe(Math.fround(Math.cos(2 / 10000 ** (2 / 32))));
});

it('the rules of new entries: Xavier in the transformer, PyTorch’s defaults elsewhere', () => {
  const spec = policySpec(named('everything'));
  const rule = (key: string) =>
    familyOfSpec(spec).initialRule(spec.parameters.find((entry) => entry.key === `model.${key}`)!, spec);
  const uniform = (bound: number) => ({ kind: 'uniform', bound });
  expect(rule('encoder.layers.0.self_attn.in_proj_weight')).toEqual(uniform(Math.sqrt(6 / 128)));
  expect(rule('vae_encoder.layers.0.self_attn.in_proj_weight')).toEqual(uniform(Math.sqrt(6 / 128)));
  expect(rule('decoder.layers.0.linear2.weight')).toEqual(uniform(Math.sqrt(6 / 96)));
  expect(rule('vae_encoder.layers.0.linear2.weight')).toEqual(uniform(1 / 8));
  expect(rule('encoder.layers.0.self_attn.out_proj.bias')).toEqual({ kind: 'constant', value: 0 });
  expect(rule('decoder.layers.0.norm3.weight')).toEqual({ kind: 'constant', value: 1 });
  expect(rule('decoder_pos_embed.weight')).toEqual({ kind: 'normal', std: 1 });
  expect(rule('action_head.bias')).toEqual(uniform(1 / Math.sqrt(32)));
  expect(rule('backbone.layer1.0.bn1.running_var')).toEqual({ kind: 'constant', value: 1 });
});

describe('refused by name', () => {
  it.each<[string, Readonly<Record<string, Plain>>, string]>([
    [
      'heads that do not divide the width',
      { n_heads: 3 },
      'n_heads is 3, which does not divide dim_model 32',
    ],
    [
      'a width that the positions of pixels do not take',
      { dim_model: 6 },
      'dim_model is 6, expected a multiple of 4',
    ],
    [
      'more executed steps than predicted ones',
      { n_action_steps: 13 },
      'n_action_steps is 13, more than chunk_size 12',
    ],
    ['several observed steps', { n_obs_steps: 2 }, 'n_obs_steps is 2, expected 1'],
    ['an ensemble of chunks', { temporal_ensemble_coeff: 0.01 }, 'n_action_steps is 12, expected 1 with'],
    ['another activation', { feedforward_activation: 'tanh' }, 'feedforward_activation is tanh'],
  ])('%s', (_, change, message) => {
    expect(() => policySpec(changed('one camera', change))).toThrow(message);
  });

  it('new image encoders whose weights torchvision downloads', () => {
    const spec = policySpec(
      changed('one camera', { pretrained_backbone_weights: 'ResNet18_Weights.IMAGENET1K_V1' }),
    );
    const entry = spec.parameters.find(({ key }) => key === 'model.backbone.conv1.weight')!;
    expect(() => familyOfSpec(spec).initialRule(entry, spec)).toThrow(
      'pretrained_backbone_weights is ResNet18',
    );
  });
});
