/** The spec of UMI's transformer policy: upstream's own keys and shapes, its optimizer, and what is refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec, roleOf } from '../../../../engine/judge/policy/families.js';
import { umiTransformerConfig } from '../../../tensors/policy/configs.js';

const found = JSON.parse(
  readFileSync(new URL('../../../fixtures/policy/transformerTimm.json', import.meta.url), 'utf8'),
) as Record<string, (readonly [key: string, shape: number[]])[]>;

const image = (horizon: number): PlainMap => ({ shape: [3, 224, 224], type: 'rgb', horizon });
const vector = (width: number, horizon: number): PlainMap => ({ shape: [width], type: 'low_dim', horizon });
const META = {
  obs: { wrist: image(2), pose: vector(3, 3), front: image(1), token: vector(64, 1) },
  action: 4,
  horizon: 6,
};
const VARIANTS: Readonly<Record<string, PlainMap>> = {
  vit: {},
  resnet: { model_name: 'resnet18', share_rgb_model: true, use_group_norm: true, downsample_ratio: 16 },
  average: { model_name: 'resnet18', share_rgb_model: true, feature_aggregation: 'avg' },
};

describe.each(Object.entries(VARIANTS))('%s', (name, encoder) => {
  const spec = policySpec(umiTransformerConfig(META, encoder));

  it('has every key and shape in upstream’s order', () => {
    const own = spec.parameters.filter(({ kind }) => kind !== 'normalizer');
    expect(own.map(({ key, shape }) => [key, shape])).toEqual(found[name]);
  });

  it('tells what each key is for, with as many dimensions as its shape', () => {
    for (const { key, shape } of spec.parameters)
      for (const role of [roleOf(key, spec), familyOfSpec(spec).roleOf(key, {})])
        expect([key, role?.dimensions.length]).toEqual([key, shape.length]);
  });
});

it('tells the condition’s tokens apart', () => {
  const role = roleOf('model.cond_pos_emb', policySpec(umiTransformerConfig(META)));
  expect(role!.dimensions[1]!.parts).toBe(
    'wrist 2 × 197 + pose 3 × 1 + front 1 × 197 + token 1 × 1 + diffusion step 1',
  );
});

it('has no key of the other transformers', () => {
  const spec = policySpec(umiTransformerConfig(META));
  for (const key of ['model.mask', 'model.cond_obs_emb.weight', 'model.encoder.0.weight'])
    expect([key, roleOf(key, spec)]).toEqual([key, undefined]);
});

it('has upstream’s four groups: the cameras’ models learn at a rate of their own', () => {
  const config = umiTransformerConfig(META);
  const spec = policySpec(config);
  const groups = familyOfSpec(spec).parameterGroups(spec);
  const firsts = groups.map(({ name, parameters }) => [name, parameters[0]!.key, parameters.length]);
  expect(firsts).toMatchObject([
    ['decayed', 'model.decoder.layers.0.linear1.weight', 8],
    ['not decayed', 'model._dummy_variable', expect.any(Number)],
    ['models', 'obs_encoder.key_model_map.wrist.cls_token', expect.any(Number)],
    ['encoder', 'obs_encoder._dummy_variable', 7],
  ]);
  expect(familyOfSpec(spec).optimizerSettings(config)).toMatchObject({
    learningRate: 3e-4,
    rateFactors: { models: expect.closeTo(0.1) },
    weightDecay: { decayed: 1e-6, 'not decayed': 0, models: 1e-5, encoder: 1e-5 },
  });
});

it.each<readonly [string, PlainMap, PlainMap, RegExp]>([
  ['another width of tokens', { n_emb: 32 }, {}, /obs_encoder\.n_emb is 32, but policy\.n_emb is 64/],
  [
    'an aggregation that upstream cannot build',
    { model_name: 'resnet18', feature_aggregation: 'attention_pool_2d' },
    {},
    /feature_aggregation is "attention_pool_2d", expected null, avg or max/,
  ],
  ['pooling', { global_pool: 'avg' }, {}, /global_pool is "avg"/],
  [
    'a model for images of another size',
    { model_name: 'vit_base_patch16_384' },
    {},
    /model_name takes images of 384 pixels, not of 224/,
  ],
  [
    'the encoder of the UNet',
    { _target_: 'umi.TimmObsEncoder' },
    {},
    /obs_encoder\._target_ is umi\.TimmObsEncoder, expected TransformerObsEncoder/,
  ],
  ['heads that do not divide', {}, { n_head: 3 }, /policy\.n_head is 3, which does not divide/],
])('%s is refused', (_, encoder, policy, message) =>
  expect(() => policySpec(umiTransformerConfig(META, encoder, policy))).toThrow(message),
);
