/** Policies with BatchNorm: their statistics are carried over, a shared ResNet belongs to no camera, and another norm is a loss. */
import { expect, it } from 'vitest';
import { adaptedContent } from '../../../engine/adapt/write.js';
import type { PlainMap } from '../../../engine/base/plain.js';
import { Stream } from '../../../engine/base/streams.js';
import type {
  CheckpointFile,
  CheckpointIndex,
  TensorInfo,
} from '../../../engine/formats/checkpoint/types.js';
import { AdaptationLoss, planAdaptation } from '../../../engine/judge/adapt/plan.js';
import { type AdaptOptions, type AdaptPlan, TRANSPLANT } from '../../../engine/judge/adapt/types.js';
import { runningOf } from '../../../engine/judge/policy/batchNorm.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { image, pose, shapeMeta, unetHybridConfig, unetImageConfig } from '../../tensors/policy/configs.js';

const camera = image(3, 90, 160);
const meta = (actionDim: number, ...cameras: string[]): PlainMap => ({
  shape_meta: shapeMeta({ ...Object.fromEntries(cameras.map((key) => [key, camera])), pose }, actionDim),
});
const OWN = { use_group_norm: false };
const SHARED = { share_rgb_model: true };

/** A checkpoint with the keys of that policy alone. */
function indexOf(config: PlainMap): CheckpointIndex {
  const tensors = policySpec(config).parameters.map(
    ({ key, shape, dtype, alias }, at): TensorInfo => ({
      ...{ key, shape, dtype, stride: [], storageOffset: 0, storage: String(at) },
      ...(alias !== undefined && { alias }),
    }),
  );
  const stateDicts = { model: tensors, ema_model: tensors };
  return { path: 'old.ckpt', stateDicts, optimizer: undefined, pickles: {}, unexpectedGlobals: [], config };
}

function planned(old: PlainMap, to: PlainMap, options: Partial<AdaptOptions> = {}): AdaptPlan {
  return planAdaptation({
    index: indexOf(old),
    old: policySpec(old),
    spec: policySpec(to),
    newConfig: to,
    options: { ...TRANSPLANT, ...options },
  });
}
const fates = (plan: AdaptPlan, part: string) =>
  new Set(plan.keys.flatMap(({ key, fate }) => (key.includes(part) ? [fate] : [])));

it.each([
  ['own', unetImageConfig(meta(7, 'front', 'wrist'), OWN), unetImageConfig(meta(9, 'front', 'wrist'), OWN)],
  ['shared', unetImageConfig(meta(7, 'front'), SHARED), unetImageConfig(meta(8, 'front'), SHARED)],
  [
    'robomimic’s',
    unetHybridConfig({ ...meta(7, 'front'), obs_encoder_group_norm: false }),
    unetHybridConfig({ ...meta(8, 'front'), obs_encoder_group_norm: false }),
  ],
])('%s statistics are copied with their dtypes where the action widens', (_name, old, to) => {
  const plan = planned(old, to);
  const running = plan.keys.filter(({ key }) => runningOf(key) !== undefined);
  expect(running.length).toBeGreaterThan(0);
  for (const { key, fate, dtype } of running)
    expect([key, fate, dtype]).toEqual([key, 'copied', key.endsWith('tracked') ? 'int64' : 'float32']);
  expect([plan.losses, plan.dropped]).toEqual([[], []]);
});

it('a renamed camera keeps its statistics, and a new one starts with none', async () => {
  const to = unetImageConfig(meta(7, 'side', 'wrist'), OWN);
  const plan = planned(unetImageConfig(meta(7, 'front'), OWN), to, { rename: new Map([['front', 'side']]) });
  expect(fates(plan, '.side.')).toEqual(new Set(['copied']));
  expect(fates(plan, 'key_model_map.wrist.')).toEqual(new Set(['initialised']));
  const file = { read: async () => new Uint8Array(), close: async () => undefined };
  const statistics = new Map();
  const random = (position: number) => new Stream(1, 'initialisation', position);
  const written = adaptedContent({
    file: file as unknown as CheckpointFile,
    plan,
    config: to,
    statistics,
    random,
  });
  const wrist = (tail: string) =>
    written.stateDicts['model']!.find(({ key }) => key === `obs_encoder.key_model_map.wrist.bn1.${tail}`)!;
  const count = wrist('num_batches_tracked');
  expect([count.dtype, count.shape, [...(await count.read())]]).toEqual(['int64', [], Array(8).fill(0)]);
  const variance = new Float32Array((await wrist('running_var').read()).buffer);
  expect(variance).toEqual(new Float32Array(64).fill(1));
  const { widened } = written.pickles['regrip_adaptation'] as { widened: PlainMap };
  expect(Object.keys(widened).filter((key) => runningOf(key) !== undefined)).toEqual([]);
});

it('a shared ResNet is kept whatever its cameras are called', () => {
  const rename = new Map([['rgb', 'front']]);
  const old = unetImageConfig(meta(7, 'rgb'), SHARED);
  const plan = planned(old, unetImageConfig(meta(7, 'front', 'wrist'), SHARED), { rename });
  expect(fates(plan, 'key_model_map.rgb.')).toEqual(new Set(['copied']));
  expect(plan.losses).toEqual([]);
});

it.each([
  ['GroupNorm → BatchNorm', {}, OWN, /norm .*use_group_norm.* was GroupNorm .* is BatchNorm now/],
  ['a ResNet each → one for all', OWN, SHARED, /share_rgb_model: was false .* is true now/],
])('%s is a loss', (_name, old, to, message) => {
  const plan = () => planned(unetImageConfig(meta(7, 'front'), old), unetImageConfig(meta(7, 'front'), to));
  expect(plan).toThrow(AdaptationLoss);
  expect(plan).toThrow(message);
});
