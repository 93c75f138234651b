/** What each key of a UNet low-dim policy is for, and that the config values behind it are those that change it. */
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../../engine/base/plain.js';
import { configPathsOf, policySpec, roleOf } from '../../../../engine/judge/policy/families.js';
import { unetInpaintingConfig, unetLocalConfig, unetLowdimConfig } from '../../../tensors/policy/configs.js';

const configs: readonly (readonly [string, PlainMap])[] = [
  ['global', unetLowdimConfig()],
  ['local', unetLocalConfig()],
  ['inpainted', unetInpaintingConfig()],
];
const WEIGHT = 'model.mid_modules.0.cond_encoder.1.weight';
const OUTPUT = 'model.final_conv.1.weight';

it.each(configs)('%s: every key has one with as many dimensions as its shape', (_, resolved) => {
  const spec = policySpec(resolved);
  for (const { key, shape } of spec.parameters)
    for (const role of [roleOf(key, spec), roleOf(key)]) {
      expect([key, role?.dimensions.length]).toEqual([key, shape.length]);
      expect(JSON.stringify(role)).not.toMatch(/undefined|NaN|null/);
    }
});

it.each<readonly [path: string, before: PlainMap, after: PlainMap]>([
  ['policy.model.input_dim', unetLowdimConfig(), unetLowdimConfig({ action_dim: 9 }, { input_dim: 9 })],
  [
    'policy.model.input_dim',
    unetInpaintingConfig(),
    unetInpaintingConfig({ obs_dim: 22 }, { input_dim: 30 }),
  ],
  [
    'policy.model.global_cond_dim',
    unetLowdimConfig(),
    unetLowdimConfig({ obs_dim: 22 }, { global_cond_dim: 44 }),
  ],
  [
    'policy.model.local_cond_dim',
    unetLocalConfig(),
    unetLocalConfig({ obs_dim: 22 }, { local_cond_dim: 22 }),
  ],
  ['policy.model.kernel_size', unetLocalConfig(), unetLocalConfig({}, { kernel_size: 3 })],
])('%s sets exactly the dimensions of the network that say so', (path, before, after) => {
  const spec = policySpec(before);
  const shapes = new Map(policySpec(after).parameters.map(({ key, shape }) => [key, shape]));
  const network = spec.parameters.filter(({ kind }) => kind === 'parameter');
  const changed = network.flatMap(({ key, shape }) =>
    shape.flatMap((size, axis) => (shapes.get(key)![axis] === size ? [] : [`${key} ${axis}`])),
  );
  const named = network.flatMap(({ key }) =>
    roleOf(key, spec)!.dimensions.flatMap(({ paths }, axis) =>
      paths.includes(path) ? [`${key} ${axis}`] : [],
    ),
  );
  expect(changed.length).toBeGreaterThan(0);
  expect(named).toEqual(changed);
});

describe('what the trajectory and the condition are put together of', () => {
  const dimension = (resolved: PlainMap, key: string, axis: number) =>
    roleOf(key, policySpec(resolved))!.dimensions[axis]!;

  it('a global condition has columns of each observed step', () =>
    expect(dimension(unetLowdimConfig(), WEIGHT, 1).parts).toBe('diffusion step 16 + 2 × obs 21'));

  it.each([unetLocalConfig(), unetInpaintingConfig()])('else it is the diffusion step alone', (resolved) =>
    expect(dimension(resolved, WEIGHT, 1)).toEqual({
      meaning: 'embedding of the diffusion step',
      paths: ['policy.model.diffusion_step_embed_dim'],
    }),
  );

  it('inpainted observations stand behind the action', () =>
    expect(dimension(unetInpaintingConfig(), OUTPUT, 0).parts).toBe('action 8 + obs 21'));

  it('the encoders of a local condition are there by its width', () =>
    expect(
      configPathsOf('model.local_cond_encoder.0.blocks.1.block.0.weight', policySpec(unetLocalConfig())),
    ).toContain('policy.model.local_cond_dim'));
});
