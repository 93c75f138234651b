/** The plan of a UMI policy: one more action dimension, observations that come, go and are seen longer, and a normaliser that waits for its training. */
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import { AdaptationLoss } from '../../../engine/judge/adapt/plan.js';
import type { AdaptPlan } from '../../../engine/judge/adapt/types.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { umiConfig, umiObs } from '../../tensors/policy/configs.js';
import { planned } from './planned.js';

const widenedOf = (plan: AdaptPlan) =>
  new Map(plan.keys.flatMap((key) => (key.fate === 'widened' ? [[key.key, key] as const] : [])));
const CONDITION = 'model.mid_modules.0.cond_encoder.1.weight';
const SCALE = 'normalizer.params_dict.action.scale';
const count = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

describe('one more action dimension', () => {
  const plan = planned(umiConfig(), umiConfig({ action: 11 }));

  it('loses nothing and widens the layers at the action alone', () => {
    expect([plan.losses, plan.dropped]).toEqual([[], []]);
    const layers = [...widenedOf(plan).keys()].filter((key) => !key.startsWith('normalizer.'));
    expect(layers).toEqual([
      'model.down_modules.0.0.blocks.0.block.0.weight',
      'model.down_modules.0.0.residual_conv.weight',
      'model.final_conv.1.weight',
      'model.final_conv.1.bias',
    ]);
  });

  it('needs no data set: the new dimension is not scaled until train.py fits it', () => {
    expect([plan.fittedFields, plan.keptFields]).toEqual([[], []]);
    expect(plan.derivedFields).toContain('action');
    expect(widenedOf(plan).get(SCALE)!.fill).toEqual({ kind: 'constant', value: 1 });
  });
});

const changed = (key: string, change: PlainMap): PlainMap => ({
  ...umiObs,
  [key]: { ...(umiObs[key] as PlainMap), ...change },
});

it('of an observation that is seen for longer, the old steps stay the latest', () => {
  const plan = planned(umiConfig(), umiConfig({ obs: changed('robot0_gripper_width', { horizon: 4 }) }));
  const seen = 2 * (192 + 3 + 6);
  expect(widenedOf(plan).get(CONDITION)!.from).toEqual([
    ...count(0, 16 + seen),
    null,
    null,
    16 + seen,
    16 + seen + 1,
  ]);
  expect(plan.losses).toEqual([]);
});

it('an observation that the policy ignores from now on is a loss, and one that it no longer ignores starts silent', () => {
  const [all, fewer] = [
    umiConfig(),
    umiConfig({ obs: changed('robot0_gripper_width', { ignore_by_policy: true }) }),
  ];
  expect(() => planned(all, fewer)).toThrow(AdaptationLoss);
  const condition = widenedOf(planned(fewer, all)).get(CONDITION)!;
  expect([condition.from.slice(-2), condition.fill]).toEqual([[null, null], { kind: 'constant', value: 0 }]);
});

describe('a new camera', () => {
  const obs = { ...umiObs, camera1_rgb: umiObs['camera0_rgb']! };
  const fills = (plan: AdaptPlan, key: string) => {
    const found = plan.keys.find((each) => each.key === key)!;
    return found.fate === 'initialised' ? found.fill : found.fate;
  };

  it('starts an encoder of its own by timm’s rules, and keeps its pixels as they are', () => {
    const plan = planned(umiConfig(), umiConfig({ obs }));
    expect(fills(plan, 'obs_encoder.key_model_map.camera1_rgb.norm.weight')).toMatchObject({ value: 1 });
    expect(fills(plan, 'normalizer.params_dict.camera1_rgb.scale')).toMatchObject({ value: 1 });
    expect(fills(plan, 'normalizer.params_dict.camera1_rgb.offset')).toMatchObject({ value: 0 });
  });

  it('is refused where timm’s weights would be needed, unless all cameras share one model', () => {
    const pretrained = { pretrained: true };
    expect(() => planned(umiConfig({}, pretrained), umiConfig({ obs }, pretrained))).toThrow(
      /policy\.obs_encoder\.pretrained is true/,
    );
    const shared = { ...pretrained, share_rgb_model: true };
    const plan = planned(umiConfig({}, shared), umiConfig({ obs }, shared));
    expect(fills(plan, 'obs_encoder.key_model_map.camera1_rgb.norm.weight')).toBe('copied');
  });
});

it.each<readonly [string, PlainMap, PlainMap]>([
  ['policy.obs_encoder.feature_aggregation', { feature_aggregation: 'avg' }, { feature_aggregation: 'max' }],
])('%s is not changed by the way', (setting, old, to) => {
  const resnet = { model_name: 'resnet18' };
  const of = (encoder: PlainMap) => umiConfig({}, { ...resnet, ...encoder });
  expect(() => planned(of(old), of(to))).toThrow(`${setting}: was avg in the old training and is max now`);
});

const posed = (action_pose_repr?: string): PlainMap => ({
  ...umiConfig(),
  task: {
    dataset: { pose_repr: { obs_pose_repr: 'relative', ...(action_pose_repr && { action_pose_repr }) } },
  },
});

it('another model is told as such, not as weights that would be downloaded', () => {
  const of = (model_name: string) => umiConfig({}, { model_name, pretrained: true });
  expect(() => planned(of('vit_tiny_patch16_224'), of('vit_small_patch16_224'))).toThrow(
    'policy.obs_encoder.model_name: was vit_tiny_patch16_224 in the old training and is vit_small_patch16_224 now',
  );
});

it('what poses are relative to is not changed by the way, where both configs say it', () => {
  expect(() => planned(posed('relative'), posed('abs'))).toThrow(
    'task.dataset.pose_repr.action_pose_repr: was relative in the old training and is abs now',
  );
  expect(planned(posed('relative'), posed('relative')).losses).toEqual([]);
  expect(planned(posed(), posed('abs')).losses).toEqual([]);
});

it('the tag of downloaded weights may change: the old weights are kept', () => {
  const of = (model_name: string) => umiConfig({}, { model_name });
  expect(planned(of('vit_tiny_patch16_224.augreg_in21k'), of('vit_tiny_patch16_224')).losses).toEqual([]);
  expect(policySpec(of('vit_tiny_patch16_224')).family).toBe('unetTimm');
});
