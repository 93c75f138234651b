import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { inpaintingConfig, lowdimConfig } from '../../../tensors/policy/configs.js';

interface Reference {
  readonly cfg: PlainMap;
  readonly state_dicts: { readonly model: Record<string, { shape: number[] }> };
  readonly optimizer_groups: string[][];
}
const reference = (name: string): Reference =>
  JSON.parse(
    readFileSync(
      new URL(`../../../fixtures/families/transformer-lowdim/${name}.json`, import.meta.url),
      'utf8',
    ),
  );
const keysOf = (resolved: PlainMap) => policySpec(resolved).parameters.map(({ key }) => key);
const shapesOf = (resolved: PlainMap) =>
  new Map(policySpec(resolved).parameters.map(({ key, shape }) => [key, shape]));

describe.each(['policy-7d', 'policy-8d'])('%s', (name) => {
  const { cfg, state_dicts, optimizer_groups } = reference(name);
  const spec = policySpec(cfg);

  it('has the keys and shapes of the state dict, in its order', () => {
    const saved = Object.entries(state_dicts.model);
    expect(spec.parameters.map(({ key, shape }) => [key, shape])).toEqual(
      saved.map(([key, { shape }]) => [key, shape]),
    );
  });

  it('groups the parameters as AdamW holds them, with the rates of torch’s own AdamW', () => {
    const family = familyOfSpec(spec);
    expect(family.parameterGroups(spec).map(({ parameters }) => parameters.map(({ key }) => key))).toEqual(
      optimizer_groups,
    );
    expect(family.optimizerSettings(cfg)).toEqual({
      learningRate: 1e-4,
      betas: [0.95, 0.999],
      eps: 1e-8,
      weightDecay: { decayed: 1e-6, 'not decayed': 0 },
    });
  });
});

describe('what the constructor makes of the switches', () => {
  it('upstream’s own config names the learning rate', () =>
    expect(familyOfSpec(policySpec(lowdimConfig())).optimizerSettings(lowdimConfig())).toEqual({
      learningRate: 1e-4,
      betas: [0.9, 0.95],
      eps: 1e-8,
      weightDecay: { decayed: 1e-3, 'not decayed': 0 },
    }));

  it('inpainting: the trajectory is action and observation, the condition is the diffusion step alone', () => {
    const shapes = shapesOf(inpaintingConfig());
    expect(shapes.get('model.input_emb.weight')).toEqual([32, 29]);
    expect(shapes.get('model.head.bias')).toEqual([29]);
    expect(shapes.get('model.cond_pos_emb')).toEqual([1, 1, 32]);
    expect(shapes.get('model.mask')).toEqual([16, 16]);
    expect([...shapes.keys()].filter((key) => /memory_mask|cond_obs_emb/.test(key))).toEqual([]);
    expect(policySpec(inpaintingConfig()).trajectory).toEqual({
      from: 0,
      steps: 16,
      executedFrom: 1,
      inpaintedSteps: 2,
    });
  });

  it('without time_as_cond: an encoder alone, with one position more', () => {
    const shapes = shapesOf(inpaintingConfig({}, { time_as_cond: false, n_layer: 3, n_cond_layers: 1 }));
    expect(shapes.get('model.pos_emb')).toEqual([1, 17, 32]);
    expect(shapes.get('model.mask')).toEqual([17, 17]);
    expect(shapes.has('model.encoder.layers.2.norm2.bias')).toBe(true);
    expect([...shapes.keys()].filter((key) => /decoder|cond_|memory|encoder\.[02]/.test(key))).toEqual([]);
  });

  it('n_cond_layers: encoder layers instead of the MLP', () => {
    const keys = keysOf(lowdimConfig({}, { n_cond_layers: 2 }));
    expect(keys).toContain('model.encoder.layers.1.linear2.bias');
    expect(keys).not.toContain('model.encoder.0.weight');
  });

  it('pred_action_steps_only: the executed steps alone', () => {
    const spec = policySpec(lowdimConfig({ pred_action_steps_only: true }, { horizon: 8 }));
    expect(spec.trajectory).toEqual({ from: 1, steps: 8, executedFrom: 0, inpaintedSteps: 0 });
    expect(
      shapesOf(lowdimConfig({ pred_action_steps_only: true }, { horizon: 8 })).get('model.mask'),
    ).toEqual([8, 8]);
  });

  it('upstream’s defaults where a key is absent', () => {
    const { policy } = lowdimConfig() as { policy: PlainMap };
    const model = { ...(policy['model'] as PlainMap), n_emb: undefined, n_head: undefined };
    const bare: PlainMap = { policy: { ...policy, model: JSON.parse(JSON.stringify(model)) } };
    expect(shapesOf(bare).get('model.input_emb.weight')).toEqual([768, 8]);
    const { obs_as_cond: _, ...rest } = policy;
    expect(() => policySpec({ policy: rest })).toThrow('policy.model.input_dim is 8, expected 29');
  });
});

describe('configs that contradict themselves', () => {
  it.each([
    [lowdimConfig({}, { cond_dim: 0 }), /policy\.model\.cond_dim is 0, expected 21/],
    [lowdimConfig({}, { input_dim: 7 }), /policy\.model\.input_dim is 7, expected 8 \(policy\.action_dim/],
    [inpaintingConfig({}, { cond_dim: 21 }), /policy\.model\.cond_dim is 21, expected 0/],
    [inpaintingConfig({}, { output_dim: 8 }), /policy\.model\.output_dim is 8, expected 29/],
    [
      inpaintingConfig({ pred_action_steps_only: true }),
      /pred_action_steps_only is true while policy\.obs_as_cond/,
    ],
    [lowdimConfig({ pred_action_steps_only: true }), /policy\.model\.horizon is 16, .* expected 8, as many/],
    [
      lowdimConfig({}, { time_as_cond: false }),
      /policy\.model\.time_as_cond is false while the observations/,
    ],
    [lowdimConfig({}, { n_obs_steps: 1 }), /policy\.model\.n_obs_steps is 1, .* expected 2/],
    [
      lowdimConfig({}, { n_head: 5 }),
      /policy\.model\.n_head is 5, which does not divide policy\.model\.n_emb 32/,
    ],
    [
      lowdimConfig({}, { _target_: 'mine.Unet' }),
      /policy\.model\._target_ is mine\.Unet, expected a class named/,
    ],
  ])('%#', (resolved, message) => expect(() => policySpec(resolved)).toThrow(message));

  it('without a causal mask there may be more positions than steps', () => {
    const shapes = shapesOf(
      lowdimConfig({ pred_action_steps_only: true }, { causal_attn: false, n_obs_steps: 5 }),
    );
    expect(shapes.get('model.pos_emb')).toEqual([1, 16, 32]);
    expect(shapes.get('model.cond_pos_emb')).toEqual([1, 6, 32]);
    expect(() => policySpec(lowdimConfig({}, { causal_attn: false, horizon: 8 }))).toThrow(
      'expected 16 or more',
    );
  });
});
