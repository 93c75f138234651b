/** The spec of a UMI policy: the keys, shapes and groups of UMI's own class, what the UNet sees, and what is refused. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { savedGroups } from '../../../../engine/judge/policy/savedGroups.js';
import { umiConfig, umiObs } from '../../../tensors/policy/configs.js';

interface Built {
  readonly cfg: PlainMap;
  readonly keys: number;
  readonly sha256: string;
  readonly groups: readonly { readonly lr: number; readonly keys: number; readonly sha256: string }[];
}
const FIXTURE = new URL('../../../fixtures/families/unet-timm/keys.json', import.meta.url);
const CASES: Readonly<Record<string, Built>> = JSON.parse(readFileSync(FIXTURE, 'utf8'));
const digest = (rows: readonly string[]) => createHash('sha256').update(rows.join('\n')).digest('hex');

describe.each(Object.entries(CASES))('%s', (_, { cfg, keys, sha256, groups }) => {
  const spec = policySpec(cfg);

  it('has the keys and shapes of UMI’s class, in its order', () => {
    const rows = spec.parameters.map(({ key, shape }) => `["${key}", [${shape.join(', ')}]]`);
    expect([rows.length, digest(rows)]).toEqual([keys, sha256]);
  });

  it('has the groups of UMI’s optimizer, each at its rate', () => {
    const family = familyOfSpec(spec);
    const own = family.parameterGroups(spec);
    const rates = savedGroups(own, family.optimizerSettings(cfg)).map(({ lr }) => lr);
    const found = own.map(({ parameters }, at) => ({
      lr: rates[at],
      keys: parameters.length,
      sha256: digest(parameters.map(({ key }) => `"${key}"`)),
    }));
    expect(found).toEqual(groups);
  });
});

const seenBy = (config: PlainMap) => {
  const spec = policySpec(config);
  const { segments } = familyOfSpec(spec).axisOf('model.mid_modules.0.cond_encoder.1.weight', spec)!;
  return segments.map((part) => (part.of === 'observation' ? [part.key, part.width, part.step] : part.of));
};

it('the UNet sees cameras, then the rest, each sorted, and every step of one before the next; the present step is -1', () => {
  const obs = { ...umiObs, camera0_rgb: { ...(umiObs['camera0_rgb'] as PlainMap), horizon: 1 } };
  expect(seenBy(umiConfig({ obs }))).toEqual([
    'other',
    ['camera0_rgb', 192, -1],
    ['robot0_eef_pos', 3, -2],
    ['robot0_eef_pos', 3, -1],
    ['robot0_eef_rot_axis_angle', 6, -2],
    ['robot0_eef_rot_axis_angle', 6, -1],
    ['robot0_gripper_width', 1, -2],
    ['robot0_gripper_width', 1, -1],
  ]);
});

it('an ignored observation is normalised, and seen by nobody', () => {
  const ignored = { ...(umiObs['robot0_eef_pos'] as PlainMap), ignore_by_policy: true };
  const config = umiConfig({ obs: { ...umiObs, robot0_eef_pos: ignored } });
  expect(seenBy(config).flat()).not.toContain('robot0_eef_pos');
  const keys = policySpec(config).parameters.map(({ key }) => key);
  expect(keys).toContain('normalizer.params_dict.robot0_eef_pos.scale');
});

const resnet = (aggregation: string | null, more: PlainMap = {}) => ({
  model_name: 'resnet18',
  feature_aggregation: aggregation,
  ...more,
});
const sized = (height: number, width: number, more: PlainMap = {}) => ({
  ...umiObs,
  camera0_rgb: { ...(umiObs['camera0_rgb'] as PlainMap), shape: [3, height, width], ...more },
});

describe('what UMI’s code fails on is refused with its place', () => {
  it.each<readonly [string, { readonly obs?: PlainMap; readonly horizon?: number }, PlainMap, PlainMap]>([
    ['policy.obs_encoder.global_pool is "avg"', {}, { global_pool: 'avg' }, {}],
    ['policy.obs_encoder.frozen is true without pretrained', {}, { frozen: true }, {}],
    ['policy.obs_encoder.feature_aggregation is null', {}, resnet(null), {}],
    ['policy.obs_encoder.feature_aggregation is all_tokens', {}, { feature_aggregation: 'all_tokens' }, {}],
    [
      'policy.obs_encoder.downsample_ratio is 8, expected 32 or 16',
      {},
      resnet('avg', { downsample_ratio: 8 }),
      {},
    ],
    ['is 16, expected 32', {}, { model_name: 'convnext_tiny', downsample_ratio: 16 }, {}],
    [
      '512 channels, but the map of resnet50 has 2048',
      {},
      { ...resnet('attention_pool_2d'), model_name: 'resnet50' },
      {},
    ],
    [
      'builds for 49 places, but resnet18 makes a map of 8 × 8',
      { obs: sized(240, 240) },
      resnet('spatial_embedding'),
      {},
    ],
    ['takes images of [224, 224] alone, but sees [96, 96]', { obs: sized(96, 96) }, {}, {}],
    ['policy.obs_encoder.transforms.0 has neither', {}, { transforms: [{ type: 'Crop', ratio: 0.9 }] }, {}],
    [
      'policy.obs_encoder.transforms.0.ratio is 1.2',
      {},
      { transforms: [{ type: 'RandomCrop', ratio: 1.2 }] },
      {},
    ],
    ['policy.obs_encoder.transforms is not a list', {}, { transforms: [] }, {}],
    ['policy.shape_meta.obs has no camera', { obs: { robot0_eef_pos: umiObs['robot0_eef_pos']! } }, {}, {}],
    [
      'policy.shape_meta.obs.camera0_rgb.shape.0 is 1',
      { obs: { ...umiObs, camera0_rgb: { type: 'rgb', shape: [1, 224, 224], horizon: 2 } } },
      {},
      {},
    ],
    [
      'as for camera0_rgb',
      { obs: { ...umiObs, other: { type: 'rgb', shape: [3, 224, 320], horizon: 2 } } },
      {},
      {},
    ],
    ['policy.shape_meta.obs.camera0_rgb.horizon', { obs: sized(224, 224, { horizon: 0 }) }, {}, {}],
    ['policy.shape_meta.action.horizon is 15, expected a multiple of 2', { horizon: 15 }, {}, {}],
    ['policy.obs_as_global_cond is false', {}, {}, { obs_as_global_cond: false }],
    ['policy.obs_encoder.model_name is "efficientnet_b0"', {}, { model_name: 'efficientnet_b0' }, {}],
    ['policy.obs_encoder.model_name is "resnet18d"', {}, resnet('avg', { model_name: 'resnet18d' }), {}],
    [
      'policy.obs_encoder.position_encording is "none"',
      {},
      resnet('transformer', { position_encording: 'none' }),
      {},
    ],
  ])('%s', (message, meta, encoder, policy) => {
    expect(() => policySpec(umiConfig(meta, encoder, policy))).toThrow(message);
  });
});

it('a config from before frozen and transforms had to be given is read', () => {
  const { policy, ...rest } = umiConfig() as { policy: PlainMap };
  const { frozen, transforms, ...encoder } = policy['obs_encoder'] as PlainMap;
  const before = { ...rest, policy: { ...policy, obs_encoder: encoder } };
  expect(policySpec(before).parameters).toEqual(policySpec(umiConfig()).parameters);
});

describe('an augmentation can change what the model sees', () => {
  it.each<readonly [string, PlainMap]>([
    ['a resize', { _target_: 'torchvision.transforms.Resize', size: 224, antialias: true }],
    ['a crop', { _target_: 'torchvision.transforms.CenterCrop', size: [224, 224] }],
  ])('%s to the model’s size', (_, transform) => {
    const encoder = { transforms: [transform, { _target_: 'torchvision.transforms.ColorJitter', hue: 0.1 }] };
    expect(policySpec(umiConfig({ obs: sized(240, 240) }, encoder)).family).toBe('unetTimm');
  });
});
