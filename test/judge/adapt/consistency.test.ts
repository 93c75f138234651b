/** The plan of a student of consistency-policy that gets an action more: its average and its teacher with it. */
import { expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import type { CheckpointIndex, OptimizerInfo } from '../../../engine/formats/checkpoint/types.js';
import { planAdaptation } from '../../../engine/judge/adapt/plan.js';
import { type AdaptPlan, TRANSPLANT } from '../../../engine/judge/adapt/types.js';
import { familyOfSpec, policySpec } from '../../../engine/judge/policy/families.js';
import { consistencyConfig, shapeMeta } from '../../tensors/policy/configs.js';

const config = (kind: 'teacher' | 'student', actions: number) =>
  consistencyConfig(kind, {
    shape_meta: shapeMeta({ pose: { shape: [3], type: 'low_dim' } }, actions),
    crop_shape: null,
  });

function planned(old: PlainMap, to: PlainMap, optimizer?: OptimizerInfo): AdaptPlan {
  const [before, spec] = [policySpec(old), policySpec(to)];
  const model = before.parameters.map(({ key, shape, dtype }, at) => ({
    ...{ key, shape, dtype, stride: [], storageOffset: 0, storage: String(at) },
  }));
  const index: CheckpointIndex = {
    ...{ path: 'old.ckpt', optimizer, pickles: {}, unexpectedGlobals: [], config: old },
    stateDicts: { model },
  };
  return planAdaptation({
    index,
    old: before,
    spec,
    newConfig: to,
    options: { ...TRANSPLANT, weights: 'model' },
  });
}

it('widens each of its three UNets, and writes no EMA that its workspace would not know', () => {
  const plan = planned(config('student', 7), config('student', 8));
  expect([plan.losses, plan.dropped]).toEqual([[], []]);
  const widened = plan.keys.filter(({ fate }) => fate === 'widened').map(({ key }) => key);
  for (const network of ['model', 'model_ema', 'teacher'])
    expect(widened.filter((key) => key.startsWith(`${network}.`))).toEqual([
      `${network}.down_modules.0.0.blocks.0.block.0.weight`,
      `${network}.down_modules.0.0.residual_conv.weight`,
      `${network}.final_conv.1.weight`,
      `${network}.final_conv.1.bias`,
    ]);
  expect(plan.stateDicts).toEqual(['model']);
  expect(planned(config('teacher', 7), config('teacher', 8)).stateDicts).toEqual(['model', 'ema_model']);
});

it('a shortcut that was an identity begins as one in each of them', () => {
  const plan = planned(config('student', 16), config('student', 17));
  expect(plan.losses).toEqual([]);
  const begun = plan.keys.flatMap(({ key, fate }) =>
    fate === 'initialised' && key.endsWith('.weight') ? [key] : [],
  );
  expect(begun).toEqual(
    ['model', 'model_ema', 'teacher'].map((name) => `${name}.down_modules.0.0.residual_conv.weight`),
  );
});

it('the moments of a student follow through the normaliser’s places, which its optimizer has already', () => {
  const [old, to] = [config('student', 7), config('student', 8)];
  const before = policySpec(old);
  const [group] = familyOfSpec(before).parameterGroups(before);
  const plan = planned(old, to, {
    paramGroups: [{ params: group!.parameters.map((_, at) => at) }],
    state: new Map([[group!.parameters.length - 1, moments(before.parameters.at(-1)!.shape)]]),
  });
  const [groups] = plan.optimizer.paramGroups;
  expect(groups!['params']).toHaveLength(group!.parameters.length);
  expect(plan.optimizer.moments).toMatchObject([
    { index: group!.parameters.length - 1, expAvg: { key: 'teacher.final_conv.1.bias', shape: [8] } },
  ]);
});

function moments(shape: readonly number[]) {
  const tensor = { key: 'm', shape, dtype: 'float32', stride: [], storageOffset: 0, storage: 'm' } as const;
  return { step: 1, expAvg: tensor, expAvgSq: tensor };
}
