/** What each key of a UNet policy with a target is for, and that the config values behind it are those that change it. */
import { describe, expect, it } from 'vitest';
import type { Plain, PlainMap } from '../../../../engine/base/plain.js';
import { policySpec, roleOf } from '../../../../engine/judge/policy/families.js';
import { gripper, image, pose, shapeMeta, unetTargetedConfig } from '../../../tensors/policy/configs.js';

type Change = Readonly<Record<string, Plain>>;
const observations = { image: image(3, 90, 160), robot_eef_pose: pose, robot_gripper_state: gripper };
const withShapes = (obs: PlainMap, actionDim: number) => ({ shape_meta: shapeMeta(obs, actionDim) });
const LEVELS = { down_dims: [16, 32, 48] };
const specOf = (change: Change) => policySpec(unetTargetedConfig({ ...LEVELS, ...change }));

const CHANGES: readonly (readonly [path: string, change: Change])[] = [
  ['policy.down_dims.0', { down_dims: [24, 32, 48] }],
  ['policy.down_dims.1', { down_dims: [16, 40, 48] }],
  ['policy.down_dims.2', { down_dims: [16, 32, 64] }],
  ['policy.kernel_size', { kernel_size: 3 }],
  ['policy.diffusion_step_embed_dim', { diffusion_step_embed_dim: 32 }],
  ['policy.cond_predict_scale', { cond_predict_scale: false }],
  ['policy.n_obs_steps', { n_obs_steps: 3 }],
  ['policy.shape_meta.action.shape.0', withShapes(observations, 9)],
  ['policy.target_dim', { target_dim: 4 }],
  ['policy.one_hot_encoding_dim', { one_hot_encoding_dim: 3 }],
  [
    'policy.shape_meta.obs.robot_eef_pose.shape.0',
    withShapes({ ...observations, robot_eef_pose: { ...pose, shape: [6] } }, 8),
  ],
];

describe('roles', () => {
  it.each([
    {},
    { obs_embedding_dim: 5 },
    { use_target_cond: false, target_dim: null, one_hot_encoding_dim: 0 },
    { cond_predict_scale: false },
    { down_dims: [16] },
  ])('every key has one with as many dimensions as its shape: %j', (change) => {
    const spec = specOf(change);
    for (const { key, shape } of spec.parameters)
      for (const role of [roleOf(key, spec), roleOf(key)]) {
        expect([key, role?.dimensions.length]).toEqual([key, shape.length]);
        expect(JSON.stringify(role)).not.toMatch(/undefined|NaN|null/);
      }
  });

  it.each(CHANGES)('%s sets exactly the dimensions that say so', (path, change) => {
    const before = specOf({});
    const after = new Map(specOf(change).parameters.map(({ key, shape }) => [key, shape]));
    const changed = before.parameters.flatMap(({ key, shape }) =>
      shape.flatMap((size, axis) => (after.get(key)![axis] === size ? [] : [`${key} ${axis}`])),
    );
    const named = before.parameters.flatMap(({ key }) =>
      roleOf(key, before)!.dimensions.flatMap(({ paths }, axis) =>
        paths.includes(path) ? [`${key} ${axis}`] : [],
      ),
    );
    expect(changed.length).toBeGreaterThan(0);
    expect(named).toEqual(changed);
  });

  it.each<readonly [string, Change]>([
    ['policy.down_dims', { down_dims: [16, 32] }],
    ['policy.down_dims.0', { down_dims: [8, 32, 48] }],
    ['policy.down_dims.1', { down_dims: [16, 16, 48] }],
    ['policy.shape_meta.action.shape.0', withShapes(observations, 16)],
  ])('%s brings or leaves out only keys that say so', (path, change) => {
    const [old, now] = [specOf({}), specOf(change)].map(
      (spec) => new Set(spec.parameters.map(({ key }) => key)),
    );
    const differing = [...new Set([...old!, ...now!])].filter((key) => old!.has(key) !== now!.has(key));
    expect(differing.length).toBeGreaterThan(0);
    for (const key of differing)
      expect([key, roleOf(key, specOf({}))!.existsBy]).toEqual([key, expect.arrayContaining([path])]);
  });

  it('an embedding stands for the observations in the condition’s columns', () => {
    const spec = specOf({ obs_embedding_dim: 5 });
    const [, columns] = roleOf('model.mid_modules.0.cond_encoder.1.weight', spec)!.dimensions;
    expect(columns?.parts).toBe('diffusion step 16 + 2 × (embedded 5) + one-hot encoding 2 + target 3');
    expect(columns?.paths).toContain('policy.obs_embedding_dim');
    expect(columns?.paths).not.toContain('policy.shape_meta.obs.robot_eef_pose.shape.0');
    const [, features] = roleOf('obs_embedding_projector.network.0.weight', spec)!.dimensions;
    expect(features?.parts).toBe('image 64 + robot_eef_pose 7 + robot_gripper_state 1');
  });

  it('tells the condition’s columns apart', () => {
    const [, columns] = roleOf('model.mid_modules.0.cond_encoder.1.weight', specOf({}))!.dimensions;
    expect(columns?.parts).toBe(
      'diffusion step 16 + 2 × (image 64 + robot_eef_pose 7 + robot_gripper_state 1) + one-hot encoding 2 + target 3',
    );
  });

  it.each(['model.mid_modules.0.residual_conv.weight', 'model.down_modules.0.1.residual_conv.bias'])(
    'no such policy has %s',
    (key) => expect(roleOf(key)).toBeUndefined(),
  );
});
