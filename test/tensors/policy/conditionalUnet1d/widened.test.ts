/** A widened UNet predicts for the old values what it predicted, whatever the sizes and whatever the new values hold. */
// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import type { Plain, PlainMap } from '../../../../engine/base/plain.js';
import { Stream } from '../../../../engine/base/streams.js';
import type { UnetSpec } from '../../../../engine/judge/policy/conditionalUnet1d/shape.js';
import { policySpec } from '../../../../engine/judge/policy/families.js';
import type { AxisSegment } from '../../../../engine/judge/policy/family.js';
import { openBackend } from '../../../../engine/tensors/backend/open.js';
import { unet } from '../../../../engine/tensors/policy/conditionalUnet1d/unet.js';
import { adaptedInMemory } from '../../../adapt/inMemory.js';
import { shapeMeta, unetHybridConfig, unetLowdimConfig } from '../configs.js';
import { relativeError } from '../reference.js';
import { freshStore } from '../stores.js';

const BATCH = 2;
const STEPS = 8;

beforeAll(async () => {
  await openBackend({ request: 'auto' });
});

/** Without cameras, so that nothing but the UNet is large. */
function sized(
  actions: number,
  obs: Readonly<Record<string, number>>,
  change: Readonly<Record<string, Plain>>,
) {
  const observations = Object.entries(obs).map(([key, width]) => [key, { shape: [width], type: 'low_dim' }]);
  return unetHybridConfig({
    shape_meta: shapeMeta(Object.fromEntries(observations), actions),
    horizon: STEPS,
    crop_shape: null,
    down_dims: [16, 24],
    ...change,
  });
}

const OBS = { pose: 5, speed: 2 };
it.each([
  ['the first level is wider', 7, 8, OBS, OBS, {}],
  ['an observation joins between the others', 7, 8, OBS, { pose: 5, gripper: 3, speed: 2 }, {}],
  ['an observation is longer', 3, 9, OBS, { pose: 6, speed: 4 }, { n_obs_steps: 3 }],
  ['the shortcut was an identity', 16, 19, OBS, { pose: 5, grip: 1, speed: 2 }, {}],
  ['shifts alone', 7, 14, OBS, OBS, { cond_predict_scale: false }],
  ['one level', 4, 6, OBS, OBS, { down_dims: [16] }],
  ['inpainted', 7, 8, OBS, { pose: 6, grip: 1, speed: 2 }, { obs_as_global_cond: false }],
  ['inpainted, the shortcut was an identity', 9, 10, OBS, OBS, { obs_as_global_cond: false }],
] as const)('%s', (_name, before, after, oldObs, newObs, change) =>
  expectKept(sized(before, oldObs, change), sized(after, newObs, change)),
);

/** A low-dim policy with an observation of so many values, seen in one of the three ways. */
function lowdim(seen: 'global' | 'local' | 'inpainted', [actions, obs]: readonly [number, number]) {
  return unetLowdimConfig(
    {
      ...{ horizon: STEPS, n_action_steps: 4, action_dim: actions, obs_dim: obs },
      ...{ obs_as_global_cond: seen === 'global', obs_as_local_cond: seen === 'local' },
    },
    {
      input_dim: actions + (seen === 'inpainted' ? obs : 0),
      global_cond_dim: seen === 'global' ? 2 * obs : null,
      local_cond_dim: seen === 'local' ? obs : null,
      down_dims: [16, 24],
    },
  );
}

it.each([
  ['a global condition', 'global', [7, 5], [8, 6]],
  ['a global condition, the shortcut was an identity', 'global', [16, 5], [17, 5]],
  ['a local condition', 'local', [7, 5], [8, 6]],
  ['a local condition, the condition’s shortcuts were identities', 'local', [7, 16], [8, 19]],
  ['a local condition, all shortcuts were identities', 'local', [16, 16], [18, 17]],
  ['inpainted', 'inpainted', [7, 5], [8, 6]],
  ['inpainted, the shortcut was an identity', 'inpainted', [7, 9], [8, 9]],
] as const)('low-dim, %s', (_name, seen, before, after) =>
  expectKept(lowdim(seen, before), lowdim(seen, after)),
);

async function expectKept(before: PlainMap, after: PlainMap): Promise<void> {
  const old = freshStore(policySpec(before), 5);
  const { params, keys } = await adaptedInMemory(old, after);
  const [was, is] = [old, params].map((each) => (each.spec as UnetSpec).unet);
  const from = indices(is!.input, was!.input);
  const timesteps = tf.tensor1d([3, 77], 'int32');
  const noisy = random([BATCH, STEPS, from.length], 1);
  const condition = is!.globalCondition && random([BATCH, 1, widthOf(is!.globalCondition)], 2);
  const local = is!.localCondition && random([BATCH, STEPS, widthOf(is!.localCondition)], 3);
  const found = unet(params, is!, {
    ...{ noisy, timesteps, globalCondition: rows(condition), localCondition: local },
  });
  const expected = unet(old, was!, {
    noisy: selected(noisy, from),
    timesteps,
    globalCondition: rows(
      condition && selected(condition, indices(is!.globalCondition!, was!.globalCondition!)),
    ),
    localCondition: local && selected(local, indices(is!.localCondition!, was!.localCondition!)),
  });
  expect(relativeError(selected(found, from).dataSync(), expected.dataSync())).toBeLessThan(1e-6);
  const fateOf = (block: string) =>
    keys.find(({ key }) => key === `model.${block}.residual_conv.weight`)?.fate;
  expect(fateOf('down_modules.0.0')).toBe(widthOf(was!.input) === 16 ? 'initialised' : 'widened');
  if (was!.localCondition !== undefined)
    expect(fateOf('local_cond_encoder.1')).toBe(
      widthOf(was!.localCondition) === 16 ? 'initialised' : 'widened',
    );
}

/** For each entry of the new axis its place on the old one, or -1: by observation, step and position. */
function indices(now: readonly AxisSegment[], old: readonly AxisSegment[]): number[] {
  const names = (segments: readonly AxisSegment[]) =>
    segments.flatMap(({ width, ...rest }) =>
      Array.from({ length: width }, (_, at) => JSON.stringify([rest, at])),
    );
  const places = names(old);
  return names(now).map((name) => places.indexOf(name));
}

/** The entries of the last axis that the old policy has, in its order. */
function selected(x: tf.Tensor3D, from: readonly number[]): tf.Tensor3D {
  const kept = from.flatMap((place, at) => (place < 0 ? [] : [[place, at] as const]));
  const order = kept.sort(([a], [b]) => a - b).map(([, at]) => at);
  return tf.gather(x, tf.tensor1d(order, 'int32'), 2);
}

function random(shape: [number, number, number], salt: number): tf.Tensor3D {
  return tf.tensor3d(new Stream(11, 'noise', salt).normals(shape[0] * shape[1] * shape[2]), shape);
}

function rows(x: tf.Tensor3D | undefined): tf.Tensor2D | undefined {
  return x?.reshape([BATCH, -1]);
}

function widthOf(segments: readonly AxisSegment[]): number {
  return segments.reduce((sum, { width }) => sum + width, 0);
}
