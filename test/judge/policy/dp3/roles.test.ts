/** Every key of DP3's policies has a role, whose dimensions are set by values that the config has. */
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec, roleOf } from '../../../../engine/judge/policy/families.js';
import { dp3Config, VARIANTS } from './configs.js';

describe.each(VARIANTS)('%s', (variant) => {
  const config = dp3Config(variant);
  const spec = policySpec(config);

  it.each([
    ['with the policy at hand', spec],
    ['by the name alone', {}],
  ])('a role for each key, %s', (_, facts) => {
    for (const { key, shape } of spec.parameters)
      expect([key, familyOfSpec(spec).roleOf(key, facts)?.dimensions.length]).toEqual([key, shape.length]);
  });
});

const meta = (action: number, state: number) => ({
  shape_meta: {
    obs: { point_cloud: { shape: [32, 3] }, agent_pos: { shape: [state] } },
    action: { shape: [action] },
  },
});

it.each<readonly [string, PlainMap]>([
  ['policy.shape_meta.action.shape.0', meta(8, 7)],
  ['policy.shape_meta.obs.agent_pos.shape.0', meta(7, 8)],
  ['policy.n_obs_steps', { n_obs_steps: 3 }],
  [
    'policy.encoder_output_dim',
    {
      encoder_output_dim: 20,
      pointcloud_encoder_cfg: { out_channels: 20, use_layernorm: true, final_norm: 'layernorm' },
    },
  ],
  ['policy.diffusion_step_embed_dim', { diffusion_step_embed_dim: 12 }],
])('%s sets exactly the dimensions that say so', (path, change) => {
  for (const variant of ['film', 'mlp_film', 'simple']) {
    const [before, after] = [policySpec(dp3Config(variant)), policySpec(dp3Config(variant, change))];
    const shapes = new Map(after.parameters.map(({ key, shape }) => [key, shape]));
    const changed = before.parameters.flatMap(({ key, shape }) =>
      shape.flatMap((size, axis) => (shapes.get(key)![axis] === size ? [] : [`${key} ${axis}`])),
    );
    const named = before.parameters.flatMap(({ key }) =>
      roleOf(key, before)!.dimensions.flatMap(({ paths }, axis) =>
        paths.includes(path) ? [`${key} ${axis}`] : [],
      ),
    );
    expect(changed.length).toBeGreaterThan(0);
    expect(named).toEqual(changed);
  }
});

const dimensions = (variant: string, key: string) =>
  roleOf(key, policySpec(dp3Config(variant)))!.dimensions.map(({ parts, paths }) => parts ?? paths.join());

it('tells what the condition is put together of', () => {
  const key = 'model.mid_modules.0.cond_encoder';
  const parts = 'diffusion step 8 + 2 × (points 12 + state 64)';
  expect(dimensions('film', `${key}.1.weight`)[1]).toBe(parts);
  expect(dimensions('mlp_film', `${key}.1.weight`)).toEqual([parts, parts]);
  expect(dimensions('cross_attention_add', `${key}.key_proj.weight`)[1]).toBe(
    'diffusion step 8 + points 12 + state 64',
  );
});

it('tells where the features and the state come from', () => {
  expect(dimensions('multi stage', 'obs_encoder.extractor.conv_out.weight')[0]).toBe(
    'policy.pointcloud_encoder_cfg.out_channels',
  );
  expect(dimensions('three state arrays', 'obs_encoder.state_mlp.0.weight')[1]).toBe(
    'robot0_eef_pos 3 + robot0_eef_quat 4 + robot0_gripper_qpos 2',
  );
});
