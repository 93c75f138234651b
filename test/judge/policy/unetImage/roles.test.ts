/** What each key of a UNet image policy is for, and that the config values behind it are those that change it. */
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../../engine/base/plain.js';
import { policySpec, roleOf } from '../../../../engine/judge/policy/families.js';
import { gripper, image, pose, shapeMeta, unetImageConfig } from '../../../tensors/policy/configs.js';

const specOf = (policy: PlainMap, name = 'resnet18') =>
  policySpec(unetImageConfig(policy, { rgb_model: { _target_: 'lab.get_resnet', name } }));
const observations = { image: image(3, 90, 160), robot_eef_pose: pose, robot_gripper_state: gripper };
const widePose = { ...observations, robot_eef_pose: { ...pose, shape: [6] } };
const ENCODER = 'obs_encoder.key_model_map.image.';

describe('roles', () => {
  it.each([
    [{}, 'resnet18'],
    [{ obs_as_global_cond: false }, 'resnet50'],
  ])('every key has one with as many dimensions as its shape: %j %s', (policy, name) => {
    const spec = specOf(policy, name);
    for (const { key, shape } of spec.parameters)
      for (const role of [roleOf(key, spec), roleOf(key)]) {
        expect([key, role?.dimensions.length]).toEqual([key, shape.length]);
        expect(JSON.stringify(role)).not.toMatch(/undefined|NaN|null/);
      }
  });

  it.each([
    ['policy.shape_meta.action.shape.0', specOf({ shape_meta: shapeMeta(observations, 9) })],
    ['policy.shape_meta.obs.robot_eef_pose.shape.0', specOf({ shape_meta: shapeMeta(widePose, 8) })],
    ['policy.n_obs_steps', specOf({ n_obs_steps: 3 })],
  ])('%s sets exactly the dimensions that say so', (path, after) => {
    const before = specOf({});
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
  });

  it('another ResNet changes only dimensions and keys that say so', () => {
    const path = 'policy.obs_encoder.rgb_model.name';
    const [small, large] = [specOf({}), specOf({}, 'resnet50')];
    const shapes = new Map(large.parameters.map(({ key, shape }) => [key, shape]));
    const silent = small.parameters.flatMap(({ key, shape }) => {
      const { dimensions, existsBy } = roleOf(key, small)!;
      const found = shapes.get(key);
      if (found === undefined) return existsBy.includes(path) ? [] : [key];
      return shape.some((size, axis) => size !== found[axis] && !dimensions[axis]!.paths.includes(path))
        ? [key]
        : [];
    });
    expect(silent).toEqual([]);
    for (const { key } of large.parameters.filter(({ key }) => key.includes('.conv3.')))
      expect(roleOf(key, large)!.existsBy).toContain(path);
  });

  it('says in the field’s words what a key is for', () => {
    const meaning = (key: string) => roleOf(key, specOf({}))?.meaning;
    expect(meaning(`${ENCODER}layer3.1.conv2.weight`)).toBe(
      'convolution 2 in block 2 of stage 3 of the image encoder (ResNet) of image',
    );
    expect(meaning(`${ENCODER}bn1.bias`)).toBe(
      'shift of the GroupNorm after the first convolution of the image encoder (ResNet) of image',
    );
  });

  it('tells the condition’s columns apart, cameras first', () => {
    const [, columns] = roleOf('model.mid_modules.0.cond_encoder.1.weight', specOf({}))!.dimensions;
    expect(columns?.parts).toBe(
      'diffusion step 16 + 2 × (image 512 + robot_eef_pose 7 + robot_gripper_state 1)',
    );
  });

  it.each([`${ENCODER}fc.weight`, `${ENCODER}conv1.bias`])('no such policy has %s', (key) =>
    expect(roleOf(key, specOf({}))).toBeUndefined(),
  );
});
