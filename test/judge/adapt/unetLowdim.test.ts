/** The plan of a UNet low-dim policy from 7-D actions and 20 observed values to 8-D and 21: nothing is lost, whatever the observation is. */
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import { AdaptationLoss } from '../../../engine/judge/adapt/plan.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { unetInpaintingConfig, unetLocalConfig, unetLowdimConfig } from '../../tensors/policy/configs.js';
import { planned } from './planned.js';

const NARROW = { action_dim: 7, obs_dim: 20 };
type Of = (policy?: PlainMap, model?: PlainMap) => PlainMap;

const CASES: readonly (readonly [string, Of, PlainMap])[] = [
  ['global', unetLowdimConfig, { input_dim: 7, global_cond_dim: 40 }],
  ['local', unetLocalConfig, { input_dim: 7, local_cond_dim: 20 }],
  ['inpainted', unetInpaintingConfig, { input_dim: 27 }],
];

describe.each(CASES)('%s', (name, of, narrow) => {
  const plan = planned(of(NARROW, narrow), of());
  const widened = new Map(plan.keys.flatMap((key) => (key.fate === 'widened' ? [[key.key, key]] : [])));

  it('keeps every key, widened where its shape is another one', () => {
    expect([plan.losses, plan.dropped]).toEqual([[], []]);
    expect(plan.keys.filter(({ fate }) => fate === 'initialised')).toEqual([]);
    for (const key of widened.values())
      expect([key.key, key.from.filter((at) => at === null).length]).toEqual([
        key.key,
        (key.shape[key.axis] ?? 0) - key.source.shape[key.axis]!,
      ]);
    const kept = plan.keys.filter(({ fate }) => fate === 'copied').length;
    expect(kept + widened.size).toBe(policySpec(of()).parameters.length);
  });

  it('puts the new action behind the old ones, and the observation’s new value behind its own of each step', () => {
    const first = widened.get('model.down_modules.0.0.blocks.0.block.0.weight')!.from;
    const inpainted = Array.from({ length: 20 }, (_, value) => 7 + value);
    expect(first).toEqual([0, 1, 2, 3, 4, 5, 6, null, ...(name === 'inpainted' ? [...inpainted, null] : [])]);
    const condition = widened.get('model.mid_modules.0.cond_encoder.1.weight')?.from;
    const step = (from: number) => [...Array.from({ length: 20 }, (_, value) => from + value), null];
    const embedding = Array.from({ length: 16 }, (_, value) => value);
    expect(condition).toEqual(name === 'global' ? [...embedding, ...step(16), ...step(36)] : undefined);
    const local = widened.get('model.local_cond_encoder.1.residual_conv.weight')?.from;
    expect(local).toEqual(name === 'local' ? step(0) : undefined);
  });
});

it.each<readonly [string, PlainMap, PlainMap]>([
  ['policy.obs_as_local_cond', unetLocalConfig(), unetLowdimConfig()],
  ['policy.obs_as_global_cond', unetLowdimConfig(), unetInpaintingConfig()],
  [
    'policy.oa_step_convention',
    unetLowdimConfig({ pred_action_steps_only: true }),
    unetLowdimConfig({ pred_action_steps_only: true, oa_step_convention: false }),
  ],
])('%s is not changed by the way', (setting, old, to) => {
  expect(() => planned(old, to)).toThrow(AdaptationLoss);
  expect(() => planned(old, to)).toThrow(`${setting}: was true in the old training and is false now`);
});

it('which steps of a whole horizon are executed may change', () =>
  expect(planned(unetLowdimConfig(), unetLowdimConfig({ oa_step_convention: false })).losses).toEqual([]));
