/** Image policies with BatchNorm, shared or large ResNets, resized images, several sizes, and inpainted observations compute what upstream's do. */
// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { batchNorms, runningOf } from '../../../../engine/judge/policy/batchNorm.js';
import type { PolicySpec } from '../../../../engine/judge/policy/spec.js';
import { trajectoryShape } from '../../../../engine/judge/policy/trajectory.js';
import { openBackend } from '../../../../engine/tensors/backend/open.js';
import { undrawn } from '../../../../engine/tensors/backend/recorded.js';
import type { BatchStatistics } from '../../../../engine/tensors/policy/batchStatistics.js';
import { GradientSum } from '../../../../engine/tensors/policy/gradients.js';
import type { ParameterStore } from '../../../../engine/tensors/policy/parameters.js';
import type { Policy } from '../../../../engine/tensors/policy/policy.js';
import { column, SMALL, VARIANTS, variant } from '../imageVariants.js';
import { l2, relativeError } from '../reference.js';
import { actions, observations, sines, variantPolicy } from '../variantPolicy.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
beforeAll(() => openBackend({ request: 'auto' }));

describe.each(VARIANTS)('%s', (name) => {
  const expected = variant(name);
  let policy: Policy;
  let spec: PolicySpec;
  let params: ParameterStore;
  let shape: [number, number, number];
  beforeAll(async () => {
    policy = await variantPolicy(expected);
    ({ spec, params } = policy);
    shape = trajectoryShape(spec, SMALL.batch);
  });
  afterAll(() => {
    policy.dispose();
    params.dispose();
  });
  const options = () => ({
    noise: tf.tensor3d(sines(shape, 11), shape),
    timesteps: tf.tensor1d([3, 17], 'int32'),
  });

  it('in evaluation mode: the loss, and the actions of a sample (1e-4)', () => {
    const obs = observations(spec, false);
    const features = policy.encode(obs);
    const [loss] = policy.loss(actions(), features, options()).dataSync();
    expect(Math.abs(loss! - expected.evaluated.loss) / expected.evaluated.loss).toBeLessThan(1e-4);
    const actionPred = policy.sample(features, {
      ...{ method: 'ddpm', steps: SMALL.steps },
      noise: (draw) => tf.tensor3d(sines(shape, 11 + draw), shape),
    });
    const wanted = Float32Array.from(expected.evaluated.actionPred);
    expect(relativeError(actionPred.dataSync(), wanted)).toBeLessThan(1e-4);
  });

  it('in training mode: the loss (1e-4), the norm of every gradient and of every running statistic (1e-3)', async () => {
    const [obs, own, clean] = [observations(spec, true), options(), actions()];
    const sum = new GradientSum(params);
    const found = sum.add({
      inputs: [...obs.images.values(), ...obs.lowDim.values(), clean, own.noise, own.timesteps],
      draw: undrawn,
      loss: (_mask, statistics: BatchStatistics) => policy.loss(clean, policy.encode(obs, statistics), own),
    });
    expect(sum.refusal).toBeUndefined();
    expect(Math.abs(found.loss - expected.loss) / expected.loss).toBeLessThan(1e-4);
    const norms = column(expected, 'gradient');
    expect([...sum.gradients.keys()].sort()).toEqual([...norms.keys()].sort());
    // Exactly, a bias before a norm changes nothing: what PyTorch has there is rounding, and so is ours.
    for (const [key, gradient] of sum.gradients) {
      const error = Math.abs(l2(gradient.dataSync()) - norms.get(key)!) / Math.max(norms.get(key)!, 1e-3);
      expect(error, `norm of ${key}`).toBeLessThan(1e-3);
    }
    const before = await statistics();
    expect(before.size > 0).toBe(batchNorms(spec.parameters).size > 0);
    sum.keepStatistics();
    const after = await statistics();
    for (const [key, norm] of column(expected, 'after')) {
      if (runningOf(key) === undefined) continue;
      const entry = spec.parameters.find((each) => each.key === key)!;
      const value = after.get(entry.alias ?? key)!;
      expect(Math.abs(value - norm) / norm, key).toBeLessThan(1e-3);
      expect(value, key).not.toBe(before.get(entry.alias ?? key));
    }
    sum.dispose();
  });

  /** The norm of each. */
  async function statistics(): Promise<Map<string, number>> {
    const own = spec.parameters.filter(({ kind, alias }) => kind === 'running' && alias === undefined);
    const entries = own.map(async ({ key }) => [key, l2(await params.values(key))] as const);
    return new Map(await Promise.all(entries));
  }
});
