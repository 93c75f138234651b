/** A policy with BatchNorm is trained as upstream's loop does it: its statistics, its moving average, and memory that stays flat. */
// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it, vi } from 'vitest';
import { runningOf } from '../../../engine/judge/policy/batchNorm.js';
import type { PolicySpec } from '../../../engine/judge/policy/spec.js';
import { trajectoryShape } from '../../../engine/judge/policy/trajectory.js';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { undrawn } from '../../../engine/tensors/backend/recorded.js';
import { openBuiltin } from '../../../engine/tensors/engine.js';
import { GradientSum } from '../../../engine/tensors/policy/gradients.js';
import { Ema } from '../../../engine/tensors/train/ema.js';
import { AdamW } from '../../../engine/tensors/train/optimizer.js';
import { type Batch, cameras } from '../../../engine/training/loop/batches.js';
import { emaDecay } from '../../../engine/training/loop/emaDecay.js';
import { column, SMALL, variant } from '../policy/imageVariants.js';
import { l2 } from '../policy/reference.js';
import {
  actions,
  fittedVariant,
  observations,
  readVariant,
  sines,
  variantPolicy,
  variantStore,
} from '../policy/variantPolicy.js';

vi.setConfig({ testTimeout: 120_000 });
beforeAll(() => openBackend({ request: 'auto' }));

const expected = variant('shared');
const relative = (found: number, wanted: number) => Math.abs(found - wanted) / Math.max(wanted, 1e-3);

it('four steps of a shared ResNet end where upstream’s do (1e-3)', async () => {
  const policy = await variantPolicy(expected);
  const { spec, params } = policy;
  const ema = new Ema(await variantStore(spec));
  const settings = {
    learningRate: 1e-3,
    betas: [0.95, 0.999],
    eps: 1e-8,
    weightDecay: { all: 1e-2 },
  } as const;
  const optimizer = new AdamW(params, settings);
  const sum = new GradientSum(params);
  const shape = trajectoryShape(spec, SMALL.batch);
  const [obs, clean] = [observations(spec, true), actions()];
  const noise = tf.tensor3d(sines(shape, 11), shape);
  const timesteps = tf.tensor1d([3, 17], 'int32');
  const tensors: number[] = [];
  for (const [step, wanted] of expected.trained!.losses.entries()) {
    const { loss } = sum.add({
      inputs: [...obs.images.values(), ...obs.lowDim.values(), clean, noise, timesteps],
      draw: undrawn,
      loss: (_mask, statistics) => policy.loss(clean, policy.encode(obs, statistics), { noise, timesteps }),
    });
    expect(relative(loss, wanted)).toBeLessThan(1e-3);
    sum.keepStatistics();
    optimizer.step(sum.gradients, settings.learningRate);
    sum.clear();
    ema.update(params, params.trainable(), emaDecay(step));
    tensors.push(tf.memory().numTensors);
  }
  expect(new Set(tensors.slice(1)).size, `tensors after each step: ${tensors}`).toBe(1);
  const counts = [...column(expected, 'trained')].filter(([key]) => key.endsWith('num_batches_tracked'));
  expect(counts.length).toBe(20);
  for (const [key, count] of counts)
    for (const store of [params, ema.average]) expect((await store.values(key))[0]).toBe(count);
  await norms(params, column(expected, 'trained'));
  await norms(ema.average, column(expected, 'average'));
  // Upstream's average keeps the statistics that it began with; ours are the model's.
  for (const key of params.keys().filter((name) => runningOf(name) !== undefined))
    expect(await ema.average.values(key)).toEqual(await params.values(key));
  const evaluated = tf.tidy(() => {
    const features = policy.encode(observations(spec, false));
    return policy.loss(clean, features, { noise, timesteps }).dataSync()[0]!;
  });
  expect(relative(evaluated, expected.trained!.evaluated)).toBeLessThan(1e-3);
});

async function norms(params: Ema['average'], wanted: ReadonlyMap<string, number>): Promise<void> {
  for (const key of params.keys()) {
    const norm = wanted.get(key);
    if (norm !== undefined) expect(relative(l2(await params.values(key)), norm), key).toBeLessThan(1e-3);
  }
}

/** A batch of two windows, as the loop would read it. */
const batch = (spec: PolicySpec): Batch => ({
  size: 2,
  actions: sines([2, SMALL.horizon, SMALL.action], 4, 3),
  lowDim: new Map([['pose', sines([2 * SMALL.observed, SMALL.pose], 3, 2)]]),
  vision: {
    kind: 'frames',
    frames: new Map(
      cameras(spec).map(({ key }) => [key, new Uint8Array(2 * SMALL.observed * 40 * 56 * 3).fill(9)]),
    ),
    crops: { kind: 'center' },
  },
});

it.each([
  ['trained', true, 8],
  ['frozen', false, 7],
] as const)(
  'the statistics of a %s encoder are kept when the loop says so',
  async (_name, isTrained, count) => {
    const policy = await variantPolicy(expected);
    const { spec, params } = policy;
    const engine = await openBuiltin({ backend: 'auto' });
    const values = await readVariant(spec);
    const trainer = await engine.trainer({
      spec,
      weights: { values, normalizer: fittedVariant(spec) },
      average: values,
      trained: params.trainable().filter((key) => isTrained || !key.startsWith('obs_encoder.')),
      share: 1,
      optimizer: { learningRate: 1e-3, betas: [0.95, 0.999], eps: 1e-8, weightDecay: { all: 1e-2 } },
      moments: new Map(),
    });
    const shape = trajectoryShape(spec, 2);
    const draws = { noise: sines(shape, 11), timesteps: Int32Array.of(3, 17), dropoutSeed: 1 };
    const key = 'obs_encoder.key_model_map.rgb.layer1.0.bn1.num_batches_tracked';
    await trainer.accumulate(batch(spec), draws);
    expect([...(await trainer.values('model', key))]).toEqual([7]);
    await trainer.keepStatistics();
    await trainer.blend(0.5);
    for (const of of ['model', 'average'] as const)
      expect([...(await trainer.values(of, key))]).toEqual([count]);
    const mean = await trainer.values('model', key.replace('num_batches_tracked', 'running_mean'));
    const before = values.get(key.replace('num_batches_tracked', 'running_mean'))!;
    expect(mean.every((value, at) => value === before[at])).toBe(!isTrained);
    trainer.dispose();
    policy.dispose();
  },
);
