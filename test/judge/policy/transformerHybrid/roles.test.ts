import { describe, expect, it } from 'vitest';
import type { Plain, PlainMap } from '../../../../engine/base/plain.js';
import { configPathsOf, policySpec, roleOf } from '../../../../engine/judge/policy/families.js';
import { config, gripper, image, pose, shapeMeta } from '../../../tensors/policy/configs.js';

const observations = { image: image(3, 90, 160), robot_eef_pose: pose, robot_gripper_state: gripper };
const withShapes = (obs: PlainMap, actionDim: number) => ({ shape_meta: shapeMeta(obs, actionDim) });

/** One config value at a time is changed; what changes in the shapes must be what the roles name, and nothing else. */
const CHANGES: readonly (readonly [path: string, change: Readonly<Record<string, Plain>>])[] = [
  ['policy.n_emb', { n_emb: 48 }],
  ['policy.horizon', { horizon: 24 }],
  ['policy.n_obs_steps', { n_obs_steps: 3 }],
  ['policy.shape_meta.action.shape.0', withShapes(observations, 9)],
  ['policy.shape_meta.obs.image.shape.0', withShapes({ ...observations, image: image(4, 90, 160) }, 8)],
  [
    'policy.shape_meta.obs.robot_eef_pose.shape.0',
    withShapes({ ...observations, robot_eef_pose: { ...pose, shape: [6] } }, 8),
  ],
  ['policy.crop_shape.0', { crop_shape: [60, 144] }],
  ['policy.crop_shape.1', { crop_shape: [81, 100] }],
];

/** Keys that come or go. */
const EXISTENCE: readonly (readonly [path: string, change: Readonly<Record<string, Plain>>])[] = [
  ['policy.n_layer', { n_layer: 3 }],
  ['policy.n_cond_layers', { n_cond_layers: 1 }],
  ['policy.causal_attn', { causal_attn: false }],
  ['policy.obs_as_cond', { obs_as_cond: false }],
  [
    'policy.shape_meta.obs.image.type',
    withShapes({ ...observations, image: { type: 'low_dim', shape: [3] } }, 8),
  ],
];

const variants = [
  config(),
  config({ n_cond_layers: 2 }),
  config({ obs_as_cond: false }),
  config({ obs_as_cond: false, time_as_cond: false }),
  config(withShapes({ wrist: image(3, 90, 160), robot_eef_pose: pose, front: image(4, 96, 160) }, 7)),
];

describe('roles', () => {
  it('every key of a policy has one, with as many dimensions as its shape', () => {
    for (const resolved of variants) {
      const spec = policySpec(resolved);
      for (const { key, shape } of spec.parameters) {
        const role = roleOf(key, spec);
        expect([key, role?.dimensions.length]).toEqual([key, shape.length]);
        expect(role?.meaning).not.toMatch(/undefined|NaN/);
      }
    }
  });

  it.each(CHANGES)('%s sets exactly the dimensions that say so', (path, change) => {
    const before = policySpec(config());
    const after = new Map(policySpec(config(change)).parameters.map(({ key, shape }) => [key, shape]));
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

  it.each(EXISTENCE)('%s brings or leaves out only keys that say so', (path, change) => {
    const [before, after] = [policySpec(config()), policySpec(config(change))];
    const keys = (spec: typeof before) => new Set(spec.parameters.map(({ key }) => key));
    const [old, now] = [keys(before), keys(after)];
    const differing = [
      ...[...old].filter((key) => !now.has(key)),
      ...[...now].filter((key) => !old.has(key)),
    ];
    expect(differing.length).toBeGreaterThan(0);
    for (const key of differing)
      expect([key, roleOf(key)!.existsBy]).toEqual([key, expect.arrayContaining([path])]);
  });

  it('says in the field’s words what a key is for', () => {
    const meaning = (key: string) => roleOf(key)?.meaning;
    expect(meaning('model.input_emb.weight')).toBe(
      'input projection of the transformer: noisy action to token',
    );
    expect(meaning('model.decoder.layers.3.multihead_attn.in_proj_weight')).toBe(
      'query, key and value projection in the cross-attention on the condition of decoder layer 3',
    );
    expect(meaning('model.decoder.layers.0.norm3.bias')).toBe(
      'shift of the LayerNorm before the feed-forward of decoder layer 0',
    );
    expect(meaning('obs_encoder.obs_nets.wrist.nets.0.nets.5.0.downsample.0.weight')).toBe(
      'convolution in the shortcut of stage 2 of the image encoder (ResNet-18) of wrist',
    );
    expect(meaning('normalizer.params_dict.action.input_stats.min')).toBe(
      'smallest value of action in the normaliser (fitted on the data set, not trained)',
    );
  });

  it.each(['output_proj.weight', 'model.encoder.layers.0.norm3.weight', 'model.input_emb.weight.x', ''])(
    'no such policy has %s',
    (key) => {
      expect(roleOf(key)).toBeUndefined();
      expect(configPathsOf(key)).toEqual([]);
    },
  );

  it('names the observations behind the condition projection where they are known', () => {
    const [, columns] = roleOf('model.cond_obs_emb.weight', policySpec(config()))!.dimensions;
    expect(columns).toMatchObject({
      meaning: 'observation features',
      parts: 'image 64 + robot_eef_pose 7 + robot_gripper_state 1',
    });
    expect(configPathsOf('model.cond_obs_emb.weight')).toEqual([
      'policy.n_emb',
      'policy.shape_meta.obs',
      'policy.obs_as_cond',
    ]);
  });

  it('names the inpainted features behind the action', () => {
    const [, columns] = roleOf(
      'model.input_emb.weight',
      policySpec(config({ obs_as_cond: false })),
    )!.dimensions;
    expect(columns?.parts).toBe('action 8 + image 64 + robot_eef_pose 7 + robot_gripper_state 1');
  });
});
