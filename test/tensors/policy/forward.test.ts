// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { undrawn } from '../../../engine/tensors/backend/recorded.js';
import { GradientSum } from '../../../engine/tensors/policy/gradients.js';
import { toTorch } from '../../../engine/tensors/policy/layout.js';
import type { ObsBatch, Policy } from '../../../engine/tensors/policy/policy.js';
import {
  l2,
  numerics,
  observations,
  referencePolicy,
  relativeError,
  spec,
  tensor3d,
  timesteps,
  values,
} from './reference.js';
import { noised } from './stores.js';

let policy: Policy;
let obs: ObsBatch;
beforeAll(async () => {
  await openBackend({ request: 'auto' });
  policy = await referencePolicy();
  obs = observations();
});

const batch = () => {
  const tensors = {
    actions: tensor3d('batch.action'),
    noise: tensor3d('noise'),
    timesteps: timesteps('timesteps'),
  };
  const inputs = [...obs.images.values(), ...obs.lowDim.values(), ...Object.values(tensors)];
  return {
    inputs,
    draw: undrawn,
    loss: () => policy.loss(tensors.actions, policy.encode(obs), tensors),
  };
};

describe('the reference policy computes what PyTorch computes (1e-4)', () => {
  it('normalises the action', () => {
    const normal = policy.normalizer.normalize('action', tensor3d('batch.action'));
    expect(relativeError(normal.dataSync(), values('forward.nact'))).toBeLessThan(1e-6);
    const raw = policy.normalizer.unnormalize('action', normal);
    expect(relativeError(raw.dataSync(), values('batch.action'))).toBeLessThan(1e-6);
  });

  it('encodes the observations', () => {
    const features = policy.encode(obs);
    expect(features.shape).toEqual([8, 72]);
    expect(relativeError(features.dataSync(), values('forward.features'))).toBeLessThan(1e-4);
  });

  it('gives the same features at the centre, at its offsets and from the cache', () => {
    const centre = policy.encode(obs);
    const crop = {
      kind: 'offsets',
      top: new Int32Array(8).fill(4),
      left: new Int32Array(8).fill(8),
    } as const;
    const image = policy.encodeImage('image', observations(crop).images.get('image')!);
    const cached = policy.featuresFromCache(new Map([['image', image]]), obs.lowDim);
    expect(relativeError(cached.dataSync(), centre.dataSync())).toBeLessThan(1e-6);
  });

  it('noises the action', () => {
    const clean = tensor3d('forward.nact');
    const noisy = noised(policy, clean, tensor3d('noise'), timesteps('timesteps'));
    expect(relativeError(noisy.dataSync(), values('forward.noisy'))).toBeLessThan(1e-6);
  });

  it('predicts the noise', () => {
    const features = tf.tensor2d(values('forward.features'), [8, 72]);
    const predicted = policy.predict({
      noisy: tensor3d('forward.noisy'),
      timesteps: timesteps('timesteps'),
      features,
    });
    expect(relativeError(predicted.dataSync(), values('forward.pred'))).toBeLessThan(1e-4);
  });

  it('has its loss', () => {
    expect(batch().loss().dataSync()[0]).toBeCloseTo(numerics.loss, 4);
  });

  it('weighs samples', () => {
    const features = policy.encode(obs);
    const weighted = (weights: number[]) =>
      policy
        .loss(tensor3d('batch.action'), features, {
          noise: tensor3d('noise'),
          timesteps: timesteps('timesteps'),
          weights: tf.tensor1d(weights),
        })
        .dataSync()[0]!;
    const each = [0, 1, 2, 3].map((sample) => weighted([0, 1, 2, 3].map((i) => (i === sample ? 4 : 0))));
    expect(weighted([1, 1, 1, 1])).toBeCloseTo(numerics.loss, 4);
    expect((each[0]! + each[1]! + each[2]! + each[3]!) / 4).toBeCloseTo(numerics.loss, 4);
    expect(each[0]).not.toBeCloseTo(each[1]!, 2);
  });
});

describe('the reference gradients (1e-3)', () => {
  it('reach every parameter with their norm and first values', () => {
    const sum = new GradientSum(policy.params);
    expect(sum.add(batch()).loss).toBeCloseTo(numerics.loss, 4);
    expect(sum.refusal).toBeUndefined();
    expect([...sum.gradients.keys()].sort()).toEqual(Object.keys(numerics.grad_norm).sort());
    const entries = new Map(spec.parameters.map((entry) => [entry.key, entry]));
    for (const [key, tensor] of sum.gradients) {
      const gradient = tensor.dataSync<'float32'>();
      // Exactly, softmax makes the key points' bias irrelevant: PyTorch's 1e-8 there is rounding, and so is ours.
      const expected = Math.max(numerics.grad_norm[key]!, 1e-3);
      expect(Math.abs(l2(gradient) - numerics.grad_norm[key]!) / expected, `norm of ${key}`).toBeLessThan(
        1e-3,
      );
      const first = toTorch(gradient, entries.get(key)!).subarray(0, 4);
      // PyTorch's own float32 gradients differ from its float64 ones by up to 1.3e-3 of this.
      const typical = expected / Math.sqrt(gradient.length);
      numerics.grad_first4[key]!.forEach((value, i) => {
        expect(Math.abs(value - first[i]!), `${key}[${i}]`).toBeLessThan(2e-3 * (Math.abs(value) + typical));
      });
    }
  });

  it('add up over micro-batches', () => {
    const once = new GradientSum(policy.params, ['model.head.bias']);
    const twice = new GradientSum(policy.params, ['model.head.bias'], 0.5);
    once.add(batch());
    twice.add(batch());
    twice.add(batch());
    const [a, b] = [once, twice].map((sum) => sum.gradients.get('model.head.bias')!.dataSync());
    expect(relativeError(b!, a!)).toBeLessThan(1e-6);
  });
});
