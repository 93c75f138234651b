import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Plain, PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { config, gripper, image, pose, shapeMeta } from '../../../tensors/policy/configs.js';

interface Reference {
  readonly state_dicts: { readonly model: Record<string, { shape: number[]; aliases?: string }> };
}
const reference = (name: string): Reference =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/reference/${name}`, import.meta.url), 'utf8'));

const oldShapes = shapeMeta({ image: image(3, 90, 160), robot_eef_pose: pose }, 7);
const keysOf = (resolved: PlainMap) => policySpec(resolved).parameters.map((entry) => entry.key);
const shapeOf = (resolved: PlainMap, key: string) =>
  policySpec(resolved).parameters.find((entry) => entry.key === key)?.shape;

describe('policySpec', () => {
  it.each([
    ['policy-8d.json', config()],
    ['policy-7d.json', config({ shape_meta: oldShapes })],
  ])('lists every key, shape and alias of %s in its order', (name, resolved) => {
    const listed = policySpec(resolved).parameters.map((entry) => [entry.key, entry.shape, entry.alias]);
    const saved = Object.entries(reference(name).state_dicts.model);
    expect(listed).toEqual(saved.map(([key, tensor]) => [key, tensor.shape, tensor.aliases]));
  });

  it('says what is trained, what is fixed and what is fitted', () => {
    const kinds = new Map(policySpec(config()).parameters.map((entry) => [entry.key, entry.kind]));
    expect(kinds.get('model.head.weight')).toBe('parameter');
    expect(kinds.get('model.memory_mask')).toBe('buffer');
    expect(kinds.get('obs_encoder.obs_nets.image.pool.temperature')).toBe('buffer');
    expect(kinds.get('normalizer.params_dict.action.scale')).toBe('normalizer');
  });

  it('groups the parameters as AdamW holds them', () => {
    const numerics = JSON.parse(
      readFileSync(new URL('../../../fixtures/reference/policy-8d.numerics.json', import.meta.url), 'utf8'),
    ) as { optimizer_groups: { params: string[] }[] };
    const spec = policySpec(config());
    const groups = familyOfSpec(spec)
      .parameterGroups(spec)
      .map((group) => group.parameters.map(({ key }) => key));
    expect(groups).toEqual(numerics.optimizer_groups.map((group) => group.params));
  });

  it('describes the full-size policy', () => {
    const resolved = config({
      shape_meta: shapeMeta(
        { image: image(3, 180, 320), robot_eef_pose: pose, robot_gripper_state: gripper },
        8,
      ),
      crop_shape: [162, 288],
      n_emb: 256,
      n_head: 4,
      n_layer: 8,
    });
    const spec = policySpec(resolved);
    const count = spec.parameters
      .filter((entry) => entry.kind === 'parameter' && entry.alias === undefined)
      .reduce((sum, entry) => sum + entry.shape.reduce((a, b) => a * b, 1), 0);
    expect(count).toBe(20_178_600);
    expect(shapeOf(resolved, 'obs_encoder.obs_nets.image.pool.pos_x')).toEqual([1, 6 * 9]);
    expect(shapeOf(resolved, 'model.cond_obs_emb.weight')).toEqual([256, 72]);
    expect(shapeOf(resolved, 'model.decoder.layers.7.linear1.weight')).toEqual([1024, 256]);
  });

  it('builds encoder layers when n_cond_layers is above 0, and no masks without causal attention', () => {
    const keys = keysOf(config({ n_cond_layers: 2, causal_attn: false }));
    expect(keys).toContain('model.encoder.layers.1.norm2.bias');
    expect(keys).not.toContain('model.encoder.0.weight');
    expect(keys).not.toContain('model.mask');
  });

  it('gives each camera an encoder of its own, and puts images last in the normaliser', () => {
    const two = { wrist: image(3, 90, 160), robot_eef_pose: pose, front: image(4, 96, 160) };
    const resolved = config({ shape_meta: shapeMeta(two, 7) });
    expect(policySpec(resolved).obsFeatureDim).toBe(64 + 7 + 64);
    expect(shapeOf(resolved, 'obs_encoder.obs_nets.front.backbone.nets.0.weight')).toEqual([64, 4, 7, 7]);
    const fields = keysOf(resolved).flatMap((key) => /params_dict\.(\w+)\.scale/.exec(key)?.[1] ?? []);
    expect(fields).toEqual(['action', 'robot_eef_pose', 'wrist', 'front']);
  });

  it('samples in all training steps when num_inference_steps is null', () => {
    expect(policySpec(config({ num_inference_steps: null })).inferenceSteps).toBe(100);
  });
});

describe('a config that no policy can be built from', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, Plain>>, RegExp])[] = [
    [
      'another policy',
      { _target_: 'a.b.DiffusionUnetVideoPolicy' },
      /policy\._target_ is a\.b\.DiffusionUnetVideoPolicy/,
    ],
    [
      'no condition of the diffusion step while there is one of the observations',
      { time_as_cond: false },
      /time_as_cond is false while the observations are a condition \(policy\.obs_as_cond\)/,
    ],
    [
      'the executed steps of an inpainted horizon',
      { pred_action_steps_only: true, obs_as_cond: false },
      /pred_action_steps_only is true while policy\.obs_as_cond is false/,
    ],
    [
      'masks that do not fit the executed steps',
      { pred_action_steps_only: true },
      /pred_action_steps_only is true with policy\.causal_attn, whose masks fit the 16 steps .* the 8 executed/,
    ],
    ['no horizon', { horizon: null }, /policy\.horizon is null, expected a whole number/],
    ['a width as text', { n_emb: '256' }, /policy\.n_emb is "256", expected a whole number/],
    [
      'heads that do not divide',
      { n_head: 3 },
      /policy\.n_head is 3, which does not divide policy\.n_emb 32/,
    ],
    [
      'a crop beyond the image',
      { crop_shape: [81, 200] },
      /policy\.crop_shape is \[81, 200\], larger than the image image/,
    ],
    [
      'an unknown kind of observation',
      { shape_meta: shapeMeta({ depth: { shape: [1, 90, 160], type: 'depth' } }, 8) },
      /shape_meta\.obs\.depth\.type is "depth", expected rgb or low_dim/,
    ],
    [
      'an action that is not a vector',
      { shape_meta: { obs: { robot_eef_pose: pose }, action: { shape: [2, 4] } } },
      /shape_meta\.action\.shape is \[2,4\], expected a list of 1 positive whole number/,
    ],
  ];
  it.each(cases)('%s is named with its dotted path', (_name, change, message) => {
    expect(() => policySpec(config(change))).toThrow(message);
  });

  it('a group file is told from a primary config', () => {
    expect(() => policySpec({ shape_meta: {} })).toThrow(/policy is missing/);
  });
});
