/** The spec of a UNet policy with a target: the project's own keys and shapes, and what is refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Plain, PlainMap } from '../../../../engine/base/plain.js';
import { columnOf } from '../../../../engine/judge/policy/columnOf.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { asUnetTargeted } from '../../../../engine/judge/policy/unetTargeted/spec.js';
import { image, shapeMeta, unetTargetedConfig } from '../../../tensors/policy/configs.js';

const found = JSON.parse(
  readFileSync(new URL('../../../fixtures/policy/unetTargeted.json', import.meta.url), 'utf8'),
) as Record<string, (readonly [key: string, shape: number[]])[]>;

const shape_meta = shapeMeta({ agent_pos: { shape: [3], type: 'low_dim' }, camera: image(3, 32, 32) }, 2);
const PLAIN = { shape_meta, crop_shape: [28, 28], one_hot_encoding_dim: 0 };
const fitted = (resolved: PlainMap, target: string): PlainMap => ({
  ...resolved,
  task: { dataset: { _target_: `diffusion_policy.dataset.${target}` } },
});
const PUSHING = 'planar_pushing_dataset.PlanarPushingDataset';

const VARIANTS: Readonly<Record<string, Readonly<Record<string, Plain>>>> = {
  target: {},
  oneHot: { one_hot_encoding_dim: 2, use_target_cond: false, target_dim: null },
  embedded: { one_hot_encoding_dim: 2, obs_embedding_dim: 5 },
};

it.each(Object.entries(VARIANTS))('%s: every key and shape in the project’s order', (name, change) => {
  const { parameters } = policySpec(fitted(unetTargetedConfig({ ...PLAIN, ...change }), PUSHING));
  expect(parameters.map(({ key, shape }) => [key, shape])).toEqual(found[name]);
});

it('another data set class fits mean and deviation too', () => {
  const keys = (target: string) =>
    policySpec(fitted(unetTargetedConfig(PLAIN), target)).parameters.map(({ key }) => key);
  const [one, joined] = [keys('drake_maze_hybrid_dataset.DrakeMazeHybridDataset'), keys(PUSHING)];
  expect(one.filter((key) => !joined.includes(key))).toEqual(
    ['action', 'agent_pos', 'target'].flatMap((field) =>
      ['mean', 'std'].map((name) => `normalizer.params_dict.${field}.input_stats.${name}`),
    ),
  );
  expect(joined.filter((key) => !one.includes(key))).toEqual([]);
});

it('the project’s data sets hold the robot’s position as state', () => {
  expect(columnOf(policySpec(fitted(unetTargetedConfig(PLAIN), PUSHING)), 'agent_pos')).toBe('state');
  expect(columnOf(policySpec(fitted(unetTargetedConfig(PLAIN), 'mine.Dataset')), 'agent_pos')).toBe(
    'agent_pos',
  );
});

it('the policy that masks its condition is the same network', () => {
  const masked = { _target_: 'mine.CfgUnetHybridImageTargetedPolicy', mask_images: true, w: 2 };
  const [plain, cfg] = [unetTargetedConfig(PLAIN), unetTargetedConfig({ ...PLAIN, ...masked })].map(
    policySpec,
  );
  expect(cfg!.parameters).toEqual(plain!.parameters);
});

describe('a config that the project cannot build or run is named with its dotted path', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, Plain>>, RegExp])[] = [
    ['no width', { target_dim: null }, /target_dim is not given while policy\.use_target_cond is true/],
    [
      'a width alone',
      { use_target_cond: false },
      /use_target_cond is false while policy\.target_dim is given/,
    ],
    ['inpainting', { obs_as_global_cond: false }, /obs_as_global_cond is false, expected true/],
    [
      'an observation of that name',
      { shape_meta: shapeMeta({ target: { shape: [3], type: 'low_dim' } }, 2), crop_shape: null },
      /obs\.target is the name of the target/,
    ],
  ];
  it.each(cases)('%s', (_name, change, message) => {
    expect(() => policySpec(unetTargetedConfig({ ...PLAIN, ...change }))).toThrow(message);
  });
});

it('a new camera of a pretrained encoder is refused, an inherited one asks for no values', () => {
  const spec = asUnetTargeted(policySpec(unetTargetedConfig({ ...PLAIN, pretrained_encoder: true })));
  const rule = (end: string) => {
    const entry = spec.parameters.find(({ key }) => key.endsWith(end))!;
    return () => familyOfSpec(spec).initialRule(entry, spec);
  };
  expect(rule('camera.backbone.nets.0.weight')).toThrow(/pretrained_encoder is true: new image encoders/);
  expect(rule('camera.nets.3.weight')()).toMatchObject({ kind: 'uniform' });
});
