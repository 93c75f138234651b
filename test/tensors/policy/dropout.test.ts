// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { type DropoutMask, seededMasks } from '../../../engine/tensors/policy/dropout.js';
import { GradientSum } from '../../../engine/tensors/policy/gradients.js';
import { Normalizer } from '../../../engine/tensors/policy/normalizer.js';
import { Policy } from '../../../engine/tensors/policy/policy.js';
import { fitNormalizer } from '../../../engine/training/loop/normalizer.js';
import { config } from './configs.js';
import { relativeError } from './reference.js';
import { copyOf, freshStore } from './stores.js';

beforeAll(async () => {
  await openBackend({ request: 'auto' });
});

describe('dropout', () => {
  it('drops the given share and keeps the mean', () => {
    const values = seededDropout(7)({ shape: [1000, 101], rate: 0.3 }).dataSync();
    const dropped = values.filter((value) => value === 0).length / values.length;
    expect(dropped).toBeGreaterThan(0.295);
    expect(dropped).toBeLessThan(0.305);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.7)]));
  });

  it('has no pattern from one entry to the next or the one after', () => {
    const values = seededDropout(1)({ shape: [100_000], rate: 0.5 }).dataSync();
    for (const lag of [1, 2, 64, 128]) {
      let equal = 0;
      for (let i = lag; i < values.length; i += 1) equal += values[i] === values[i - lag] ? 1 : 0;
      expect(Math.abs(equal / (values.length - lag) - 0.5), `lag ${lag}`).toBeLessThan(0.01);
    }
  });

  it('repeats with the seed, and differs between calls and seeds', () => {
    const draw = (seed: number) => {
      const mask = seededDropout(seed);
      return [1, 2].map(() => mask({ shape: [64], rate: 0.5 }).dataSync());
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)[0]).not.toEqual(draw(1)[1]);
    expect(draw(1)[0]).not.toEqual(draw(2)[0]);
  });
});

describe('the transformer in training mode', () => {
  const spec = policySpec(config({ p_drop_attn: 0.3, n_cond_layers: 1 }));
  const params = freshStore(spec, 0);
  const rows = (width: number) => Float32Array.from({ length: 2 * width }, (_, i) => (i < width ? -1 : 1));
  const widths: Record<string, number> = { action: 8, robot_eef_pose: 7, robot_gripper_state: 1 };
  const policy = new Policy(
    spec,
    params,
    new Normalizer(fitNormalizer(spec, (field) => rows(widths[field]!))),
  );
  const predict = (store: Policy, seed?: number) =>
    tf.tidy(() => {
      const noisy = tf.linspace(-1, 1, 2 * 16 * 8).reshape<tf.Tensor3D>([2, 16, 8]);
      const features = tf.linspace(0, 1, 4 * 72).reshape<tf.Tensor2D>([4, 72]);
      const mask = seed === undefined ? undefined : seededDropout(seed);
      return store
        .predict({ noisy, timesteps: tf.tensor1d([3, 90], 'int32'), features, dropout: mask })
        .dataSync();
    });

  it('shares its dropout with another policy under the same seed', () => {
    const other = new Policy(spec, copyOf(params), policy.normalizer);
    expect(relativeError(predict(other, 5), predict(policy, 5))).toBe(0);
    expect(relativeError(predict(policy, 6), predict(policy, 5))).toBeGreaterThan(0.01);
    expect(relativeError(predict(policy), predict(policy, 5))).toBeGreaterThan(0.01);
  });

  it('differentiates through every dropped layer as differences do', async () => {
    const key = 'model.decoder.layers.0.multihead_attn.in_proj_weight';
    const objective = () => tf.tidy(() => tf.mean(tf.square(tf.tensor(predict(policy, 5)))).dataSync()[0]!);
    const noisy = tf.linspace(-1, 1, 2 * 16 * 8).reshape<tf.Tensor3D>([2, 16, 8]);
    const features = tf.linspace(0, 1, 4 * 72).reshape<tf.Tensor2D>([4, 72]);
    const sum = new GradientSum(params, [key]);
    const timesteps = tf.tensor1d([3, 90], 'int32');
    sum.add({
      inputs: [noisy, features, timesteps],
      draw: seededMasks(5),
      loss: (mask) => tf.mean(tf.square(policy.predict({ noisy, timesteps, features, dropout: mask }))),
    });
    const gradient = sum.gradients.get(key)!.dataSync();
    const start = await params.values(key);
    const size = Math.hypot(...gradient);
    const along = [1, -1].map((side) => {
      params.set(
        key,
        start.map((value, i) => value + (side * 0.02 * gradient[i]!) / size),
      );
      return objective();
    });
    params.set(key, start);
    expect((along[0]! - along[1]!) / 0.04 / size).toBeCloseTo(1, 1);
  });
});

/** The masks of one step, its places in order. */
function seededDropout(seed: number): DropoutMask {
  const draw = seededMasks(seed);
  let site = 0;
  return (request) => draw(site++, request);
}
