// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { DiffusionSchedule } from '../../../engine/tensors/policy/diffusion.js';
import { Policy } from '../../../engine/tensors/policy/policy.js';
import {
  numerics,
  observations,
  referencePolicy,
  relativeError,
  spec,
  tensor3d,
  values,
} from './reference.js';

let policy: Policy;
let features: tf.Tensor2D;
beforeAll(async () => {
  await openBackend({ request: 'auto' });
  policy = await referencePolicy();
  features = policy.encode(observations());
});

describe('the noise schedule', () => {
  it('has the alphas of diffusers to 1e-6', () => {
    const { alphasCumprod } = new DiffusionSchedule(spec.scheduler);
    const { alphas_cumprod_first5: first, alphas_cumprod_last5: last } = numerics.scheduler;
    expect(relativeError(alphasCumprod.subarray(0, 5), first)).toBeLessThan(1e-6);
    expect(relativeError(alphasCumprod.subarray(-5), last)).toBeLessThan(1e-6);
    expect(alphasCumprod.at(-1)! / last.at(-1)!).toBeCloseTo(1, 4);
  });

  it('knows the linear betas', () => {
    const { betas } = new DiffusionSchedule({ ...spec.scheduler, betaSchedule: 'linear' });
    expect([betas[0], betas[99]]).toEqual([Math.fround(1e-4), Math.fround(0.02)]);
  });

  it('names a schedule that it does not know', () => {
    const unknown = () => new DiffusionSchedule({ ...spec.scheduler, betaSchedule: 'sigmoid' });
    expect(unknown).toThrow('beta_schedule is sigmoid, expected squaredcos_cap_v2');
  });

  it('spaces the time steps as diffusers does', () => {
    expect(policy.schedule.inferenceTimesteps(10)).toEqual(numerics.scheduler.timesteps);
    expect(policy.schedule.inferenceTimesteps(8)).toEqual(numerics.ddim.timesteps);
  });

  it('refuses more sampling steps than training steps', () => {
    expect(() => policy.schedule.inferenceTimesteps(101)).toThrow('101 sampling steps: expected');
  });
});

describe('sampled actions equal upstream’s (1e-4)', () => {
  it('with DDPM in ten steps', () => {
    const { actionPred, action } = policy.sample(features, {
      method: 'ddpm',
      steps: 10,
      seed: 0,
      noise: (draw) => tensor3d(`sample.noise${String(draw).padStart(2, '0')}`),
    });
    expect(relativeError(actionPred.dataSync(), values('sample.action_pred'))).toBeLessThan(1e-4);
    expect(action.shape).toEqual([4, 8, 8]);
    expect(relativeError(action.dataSync(), values('sample.action'))).toBeLessThan(1e-4);
  });

  it('with DDIM in eight steps', () => {
    const { actionPred } = policy.sample(features, {
      method: 'ddim',
      steps: 8,
      seed: 0,
      noise: () => tensor3d('ddim.noise00'),
    });
    expect(relativeError(actionPred.dataSync(), values('ddim.action_pred'))).toBeLessThan(1e-4);
  });
});

it('a horizon that ends before the last action step gives the steps that it has, as upstream’s slice does', () => {
  const long = new Policy({ ...spec, actionSteps: 20 }, policy.params, policy.normalizer);
  const { actionPred, action } = long.sample(features, { method: 'ddim', steps: 2, seed: 0 });
  expect(action.shape).toEqual([4, spec.horizon - 1, 8]);
  expect(action.dataSync()).toEqual(tf.slice(actionPred, [0, 1, 0]).dataSync());
  long.dispose();
});

describe('sampling from a seed', () => {
  const draw = (seed: number) =>
    policy.sample(features, { method: 'ddim', steps: 4, seed }).actionPred.dataSync();

  it('repeats with the seed and differs with another', () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('leaves nothing behind but its two results', () => {
    const before = tf.memory().numTensors;
    const { actionPred, action } = policy.sample(features, { method: 'ddpm', steps: 5, seed: 3 });
    tf.dispose([actionPred, action]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
