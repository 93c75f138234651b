/** The spec of a UNet hybrid policy: upstream's own keys, shapes and groups, and what is refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Plain, PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { gripper, image, pose, shapeMeta, unetHybridConfig } from '../../../tensors/policy/configs.js';

interface Reference {
  readonly state_dicts: { readonly model: Record<string, { readonly shape: number[] }> };
  readonly optimizer_groups: readonly (readonly string[])[];
  readonly cfg: PlainMap;
}
const reference = (dimensions: number): Reference =>
  JSON.parse(
    readFileSync(
      new URL(`../../../fixtures/families/unet-hybrid/policy-${dimensions}d.json`, import.meta.url),
      'utf8',
    ),
  );
const shapeOf = (resolved: PlainMap, key: string) =>
  policySpec(resolved).parameters.find((entry) => entry.key === key)?.shape;
const keysOf = (resolved: PlainMap) => policySpec(resolved).parameters.map(({ key }) => key);

describe.each([7, 8])('the %i-D reference', (dimensions) => {
  const { state_dicts, optimizer_groups, cfg } = reference(dimensions);
  const spec = policySpec(cfg);

  it('has every key and shape in upstream’s order', () => {
    const listed = spec.parameters.map(({ key, shape }) => [key, shape]);
    expect(listed).toEqual(Object.entries(state_dicts.model).map(([key, { shape }]) => [key, shape]));
  });

  it('has one group of parameters, in upstream’s order, without the normaliser', () => {
    const groups = familyOfSpec(spec)
      .parameterGroups(spec)
      .map(({ parameters }) => parameters.map(({ key }) => key));
    const own = optimizer_groups.map((keys) => keys.filter((key) => !key.startsWith('normalizer.')));
    expect(groups).toEqual(own);
  });

  it('takes the optimizer’s values from the config', () => {
    expect(familyOfSpec(spec).optimizerSettings(cfg)).toEqual({
      learningRate: 1e-4,
      betas: [0.95, 0.999],
      eps: 1e-8,
      weightDecay: { all: 1e-6 },
    });
  });
});

describe('policySpec', () => {
  it('has the constructor’s defaults where a key is absent', () => {
    const { policy, ...rest } = unetHybridConfig();
    const { down_dims, diffusion_step_embed_dim, kernel_size, n_groups, cond_predict_scale, ...bare } =
      policy as PlainMap;
    const spec = policySpec({ ...rest, policy: bare });
    expect(spec).toMatchObject({
      obsAsGlobalCond: true,
      unet: { downDims: [256, 512, 1024], stepEmbedding: 256, kernelSize: 5, groups: 8, predictScale: true },
    });
  });

  it('has torch’s defaults where the optimizer has no key', () => {
    const spec = policySpec(unetHybridConfig());
    expect(familyOfSpec(spec).optimizerSettings({ ...unetHybridConfig(), optimizer: {} })).toEqual({
      learningRate: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: { all: 1e-2 },
    });
  });

  it('only shifts without cond_predict_scale', () => {
    const resolved = unetHybridConfig({ cond_predict_scale: false });
    expect(shapeOf(resolved, 'model.mid_modules.0.cond_encoder.1.weight')).toEqual([32, 16 + 2 * 72]);
  });

  it('has a shortcut of its own only where the widths differ', () => {
    const wide = shapeMeta({ robot_eef_pose: pose }, 16);
    const keys = keysOf(unetHybridConfig({ shape_meta: wide, down_dims: [16, 16, 32] }));
    expect(keys.filter((key) => key.endsWith('residual_conv.bias'))).toEqual([
      'model.up_modules.0.0.residual_conv.bias',
      'model.up_modules.1.0.residual_conv.bias',
      'model.down_modules.2.0.residual_conv.bias',
    ]);
  });

  it('takes inpainted observations into the trajectory, behind the actions', () => {
    const resolved = unetHybridConfig({ obs_as_global_cond: false });
    expect(shapeOf(resolved, 'model.down_modules.0.0.blocks.0.block.0.weight')).toEqual([16, 8 + 72, 5]);
    expect(shapeOf(resolved, 'model.final_conv.1.bias')).toEqual([80]);
    expect(shapeOf(resolved, 'model.mid_modules.0.cond_encoder.1.weight')).toEqual([64, 16]);
  });

  it('describes upstream’s full size', () => {
    const resolved = unetHybridConfig({
      shape_meta: shapeMeta({ agentview_image: image(3, 84, 84), robot0_gripper_qpos: gripper }, 7),
      crop_shape: [76, 76],
      down_dims: [512, 1024, 2048],
      diffusion_step_embed_dim: 128,
    });
    expect(shapeOf(resolved, 'model.up_modules.0.0.blocks.0.block.0.weight')).toEqual([1024, 4096, 5]);
    expect(shapeOf(resolved, 'model.up_modules.1.2.conv.weight')).toEqual([512, 512, 4]);
    expect(keysOf(resolved)).not.toContain('model.up_modules.2.0.cond_encoder.1.weight');
  });
});

describe('a config that upstream cannot build or run is named with its dotted path', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, Plain>>, RegExp])[] = [
    [
      'an odd embedding',
      { diffusion_step_embed_dim: 15 },
      /diffusion_step_embed_dim is 15, expected an even/,
    ],
    ['an even kernel', { kernel_size: 4 }, /policy\.kernel_size is 4, expected an odd number/],
    ['groups that do not divide', { n_groups: 3 }, /policy\.n_groups is 3, which does not divide 16/],
    ['a first level of 12', { down_dims: [12], n_groups: 4 }, /down_dims\.0 is 12, expected a multiple of 8/],
    ['no levels', { down_dims: [] }, /policy\.down_dims has 0 entries/],
    ['a width as text', { down_dims: ['16'] }, /policy\.down_dims\.0 is "16"/],
    ['levels that are not a list', { down_dims: 16 }, /policy\.down_dims is not a list/],
    ['too few steps to halve', { horizon: 15 }, /policy\.horizon is 15, expected a multiple of 2/],
  ];
  it.each(cases)('%s', (_name, change, message) => {
    expect(() => policySpec(unetHybridConfig(change))).toThrow(message);
  });
});
