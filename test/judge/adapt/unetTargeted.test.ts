/** The plan of a UNet policy with a target that gets an action, an observed value and a value of its target more. */
import { expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import type { CheckpointIndex } from '../../../engine/formats/checkpoint/types.js';
import { planAdaptation } from '../../../engine/judge/adapt/plan.js';
import { type AdaptPlan, type KeyPlan, TRANSPLANT } from '../../../engine/judge/adapt/types.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { shapeMeta, unetTargetedConfig } from '../../tensors/policy/configs.js';

const config = (actions: number, pose: number, target: number, more: PlainMap = {}) =>
  unetTargetedConfig({
    shape_meta: shapeMeta({ agent_pos: { shape: [pose], type: 'low_dim' } }, actions),
    ...{ crop_shape: null, target_dim: target, ...more },
  });

function planned(old: PlainMap, to: PlainMap): AdaptPlan {
  const [before, spec] = [policySpec(old), policySpec(to)];
  const tensors = before.parameters.map(({ key, shape, dtype }, at) => ({
    ...{ key, shape, dtype, stride: [], storageOffset: 0, storage: String(at) },
  }));
  const index: CheckpointIndex = {
    ...{ path: 'old.ckpt', optimizer: undefined, pickles: {}, unexpectedGlobals: [], config: old },
    stateDicts: { model: tensors, ema_model: tensors },
  };
  return planAdaptation({ index, old: before, spec, newConfig: to, options: TRANSPLANT });
}

function from({ keys }: AdaptPlan, name: string): KeyPlan | readonly (number | null)[] {
  const plan = keys.find(({ key }) => key === name)!;
  return plan.fate === 'widened' ? plan.from : plan;
}

const places = (start: number, end: number) => Array.from({ length: end - start }, (_, at) => start + at);

it('each kept column follows what it stands for', () => {
  const plan = planned(config(2, 3, 3), config(3, 4, 4));
  expect([plan.losses, plan.dropped]).toEqual([[], []]);
  expect(plan.keys.filter(({ fate }) => fate === 'initialised')).toEqual([]);
  const condition = [...places(0, 19), null, ...places(19, 22), null, 22, 23, ...places(24, 27), null];
  expect(from(plan, 'model.mid_modules.0.cond_encoder.1.weight')).toEqual(condition);
  expect(from(plan, 'normalizer.params_dict.target.scale')).toEqual([0, 1, 2, null]);
});

it('the projection takes the observation’s new value, and its output stays as wide', () => {
  const more = { obs_embedding_dim: 5 };
  const plan = planned(config(2, 3, 3, more), config(2, 4, 3, more));
  expect([plan.losses, plan.dropped]).toEqual([[], []]);
  expect(from(plan, 'obs_embedding_projector.network.0.weight')).toEqual([0, 1, 2, null]);
  expect(from(plan, 'model.mid_modules.0.cond_encoder.1.weight')).toMatchObject({ fate: 'copied' });
});

it('a policy that had no target gets one', () => {
  const plan = planned(config(2, 3, 3, { use_target_cond: false, target_dim: null }), config(2, 3, 3));
  expect([plan.losses, plan.dropped]).toEqual([[], []]);
  expect(plan.fittedFields).toEqual(['target']);
});
