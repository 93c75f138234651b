/** The spec of a UNet low-dim policy: upstream's own keys, shapes and groups, what the switches make of it, and what is refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { unetInpaintingConfig, unetLocalConfig, unetLowdimConfig } from '../../../tensors/policy/configs.js';

interface Reference {
  readonly cfg: PlainMap;
  readonly state_dicts: { readonly model: Record<string, { readonly shape: number[] }> };
  readonly optimizer_groups: readonly (readonly string[])[];
}
const reference = (dimensions: number): Reference =>
  JSON.parse(
    readFileSync(
      new URL(`../../../fixtures/families/unet-lowdim/policy-${dimensions}d.json`, import.meta.url),
      'utf8',
    ),
  );
const shapesOf = (resolved: PlainMap) =>
  new Map(policySpec(resolved).parameters.map(({ key, shape }) => [key, shape]));
const FIRST = 'model.down_modules.0.0.blocks.0.block.0.weight';
const CONDITION = 'model.mid_modules.0.cond_encoder.1.weight';

describe.each([7, 8])('the %i-D reference', (dimensions) => {
  const { state_dicts, optimizer_groups, cfg } = reference(dimensions);
  const spec = policySpec(cfg);

  it('has every key and shape in upstream’s order', () => {
    const listed = spec.parameters.map(({ key, shape }) => [key, shape]);
    expect(listed).toEqual(Object.entries(state_dicts.model).map(([key, { shape }]) => [key, shape]));
  });

  it('has one group of parameters in upstream’s order, with the rates of the config', () => {
    const family = familyOfSpec(spec);
    const groups = family.parameterGroups(spec).map(({ parameters }) => parameters.map(({ key }) => key));
    const own = optimizer_groups.map((keys) => keys.filter((key) => !key.startsWith('normalizer.')));
    expect(groups).toEqual(own);
    expect(family.optimizerSettings(cfg)).toEqual({
      learningRate: 1e-4,
      betas: [0.95, 0.999],
      eps: 1e-8,
      weightDecay: { all: 1e-6 },
    });
  });
});

describe('what the constructor makes of the switches', () => {
  it('a local condition: two encoders of the observation, behind the encoder of the diffusion step', () => {
    const shapes = shapesOf(unetLocalConfig());
    expect(shapes.get('model.local_cond_encoder.0.blocks.0.block.0.weight')).toEqual([16, 21, 5]);
    expect(shapes.get('model.local_cond_encoder.1.residual_conv.weight')).toEqual([16, 21, 1]);
    expect(shapes.get('model.local_cond_encoder.1.cond_encoder.1.weight')).toEqual([32, 16]);
    expect(shapes.get(FIRST)).toEqual([16, 8, 5]);
    expect(shapes.get(CONDITION)).toEqual([64, 16]);
    const keys = [...shapes.keys()];
    const at = keys.indexOf('model.local_cond_encoder.0.blocks.0.block.0.weight');
    expect(keys[at - 1]).toBe('model.diffusion_step_encoder.3.bias');
    expect(keys[at + 24]).toBe('model.up_modules.0.0.blocks.0.block.0.weight');
  });

  it('inpainting: the trajectory is action and observation, the condition is the diffusion step alone', () => {
    const shapes = shapesOf(unetInpaintingConfig());
    expect(shapes.get(FIRST)).toEqual([16, 29, 5]);
    expect(shapes.get('model.final_conv.1.bias')).toEqual([29]);
    expect(shapes.get(CONDITION)).toEqual([64, 16]);
    expect([...shapes.keys()].filter((key) => key.includes('local'))).toEqual([]);
  });

  it.each<readonly [string, PlainMap, object]>([
    ['a condition', unetLowdimConfig(), { from: 0, steps: 16, executedFrom: 1, inpaintedSteps: 0 }],
    ['inpainted', unetInpaintingConfig(), { from: 0, steps: 16, executedFrom: 1, inpaintedSteps: 2 }],
    [
      'acting after the last observed step',
      unetLocalConfig({ oa_step_convention: false }),
      { from: 0, steps: 16, executedFrom: 2, inpaintedSteps: 0 },
    ],
    [
      'the executed steps alone',
      unetLowdimConfig({ pred_action_steps_only: true }),
      { from: 1, steps: 8, executedFrom: 0, inpaintedSteps: 0 },
    ],
    [
      'the executed steps alone, after the last observed one',
      unetLowdimConfig({ pred_action_steps_only: true, oa_step_convention: false }),
      { from: 2, steps: 8, executedFrom: 0, inpaintedSteps: 0 },
    ],
  ])('the trajectory: %s', (_, resolved, trajectory) =>
    expect(policySpec(resolved).trajectory).toEqual(trajectory),
  );

  it('upstream’s defaults where a key is absent: of the network, not of the hybrid policy', () => {
    const { policy, ...rest } = unetInpaintingConfig({}, { input_dim: 29 }) as { policy: PlainMap };
    const { obs_as_local_cond, obs_as_global_cond, pred_action_steps_only, oa_step_convention, ...bare } =
      policy;
    const { _target_, input_dim } = policy['model'] as PlainMap;
    const spec = policySpec({
      ...rest,
      policy: { ...bare, model: { _target_: _target_!, input_dim: input_dim! } },
    });
    expect(spec).toMatchObject({
      observedAs: 'inpainted',
      actionStepsOnly: false,
      trajectory: { executedFrom: 2 },
      unet: { downDims: [256, 512, 1024], stepEmbedding: 256, kernelSize: 3, groups: 8, predictScale: false },
    });
  });
});

describe('configs that contradict themselves, or describe another network', () => {
  const both = { obs_as_local_cond: true };
  it.each<readonly [PlainMap, RegExp]>([
    [unetLowdimConfig(both), /policy\.obs_as_local_cond is true while policy\.obs_as_global_cond is true/],
    [
      unetInpaintingConfig({ pred_action_steps_only: true }),
      /pred_action_steps_only is true while policy\.obs_as_global_cond is false/,
    ],
    [
      unetLocalConfig({ pred_action_steps_only: true }),
      /pred_action_steps_only is true while policy\.obs_as_global_cond is false/,
    ],
    [unetLowdimConfig({}, { input_dim: 7 }), /input_dim is 7, expected 8 \(policy\.action_dim, as/],
    [unetInpaintingConfig({}, { input_dim: 8 }), /input_dim is 8, expected 29 \(policy\.action_dim \+ pol/],
    [unetLowdimConfig({}, { global_cond_dim: 21 }), /global_cond_dim is 21, expected 42 \(policy\.obs_dim ×/],
    [unetLowdimConfig({}, { global_cond_dim: null }), /global_cond_dim is null, expected 42/],
    [
      unetLowdimConfig({}, { local_cond_dim: 21 }),
      /local_cond_dim is 21, expected null \(as the observation/,
    ],
    [unetLocalConfig({}, { local_cond_dim: 20 }), /local_cond_dim is 20, expected 21/],
    [unetLocalConfig({}, { global_cond_dim: 42 }), /global_cond_dim is 42, expected null/],
    [unetInpaintingConfig({}, { global_cond_dim: 42 }), /global_cond_dim is 42, expected null/],
    [unetLowdimConfig({}, { _target_: 'mine.Mlp' }), /_target_ is mine\.Mlp, expected a class named Cond/],
    [unetLowdimConfig({}, { target_dim: 2 }), /policy\.model\.target_dim is given, but upstream’s Cond/],
    [unetLowdimConfig({ horizon: 15 }), /policy\.horizon is 15, expected a multiple of 2/],
    [
      unetLowdimConfig({ pred_action_steps_only: true, n_action_steps: 7 }),
      /policy\.n_action_steps is 7, expected a multiple of 2/,
    ],
    [
      unetLowdimConfig({ pred_action_steps_only: true, n_action_steps: 16 }),
      /n_action_steps is 16, but only 15 steps of the horizon are left/,
    ],
    [unetLocalConfig({ n_obs_steps: 18 }), /policy\.n_obs_steps is 18, but policy\.horizon is 16/],
  ])('%#', (resolved, message) => expect(() => policySpec(resolved)).toThrow(message));
});
