// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import type { Policy } from '../../../engine/tensors/policy/policy.js';
import {
  alphasCumprod,
  betasOf,
  inferenceTimesteps,
} from '../../../engine/training/diffusion/noiseSchedule.js';
import {
  numerics,
  observations,
  referencePolicy,
  relativeError,
  spec,
  tensor3d,
  values,
} from './reference.js';
import { sampled } from './stores.js';

let policy: Policy;
let features: tf.Tensor2D;
beforeAll(async () => {
  await openBackend({ request: 'auto' });
  policy = await referencePolicy();
  features = policy.encode(observations());
});

describe('the noise schedule', () => {
  it('has the alphas of diffusers to 1e-6', () => {
    const alphas = alphasCumprod(spec.scheduler);
    const { alphas_cumprod_first5: first, alphas_cumprod_last5: last } = numerics.scheduler;
    expect(relativeError(alphas.subarray(0, 5), first)).toBeLessThan(1e-6);
    expect(relativeError(alphas.subarray(-5), last)).toBeLessThan(1e-6);
    expect(alphas.at(-1)! / last.at(-1)!).toBeCloseTo(1, 4);
  });

  it('knows the linear betas', () => {
    const betas = betasOf({ ...spec.scheduler, betaSchedule: 'linear' });
    expect([betas[0], betas[99]]).toEqual([Math.fround(1e-4), Math.fround(0.02)]);
  });

  it('names a schedule that it does not know', () => {
    const unknown = () => betasOf({ ...spec.scheduler, betaSchedule: 'sigmoid' });
    expect(unknown).toThrow('beta_schedule is sigmoid, expected squaredcos_cap_v2');
  });

  it('spaces the time steps as diffusers does', () => {
    expect(inferenceTimesteps(spec.scheduler, 10)).toEqual(numerics.scheduler.timesteps);
    expect(inferenceTimesteps(spec.scheduler, 8)).toEqual(numerics.ddim.timesteps);
  });

  it('refuses more sampling steps than training steps', () => {
    expect(() => inferenceTimesteps(spec.scheduler, 101)).toThrow('101 sampling steps: expected');
  });
});

describe('sampled actions equal upstream’s (1e-4)', () => {
  it('with DDPM in ten steps', () => {
    const { actionPred, action } = sampled(policy, features, {
      method: 'ddpm',
      steps: 10,
      noise: (draw) => tensor3d(`sample.noise${String(draw).padStart(2, '0')}`),
    });
    expect(relativeError(actionPred.dataSync(), values('sample.action_pred'))).toBeLessThan(1e-4);
    expect(action.shape).toEqual([4, 8, 8]);
    expect(relativeError(action.dataSync(), values('sample.action'))).toBeLessThan(1e-4);
  });

  it('with DDIM in eight steps', () => {
    const { actionPred } = sampled(policy, features, {
      method: 'ddim',
      steps: 8,
      noise: () => tensor3d('ddim.noise00'),
    });
    expect(relativeError(actionPred.dataSync(), values('ddim.action_pred'))).toBeLessThan(1e-4);
  });
});

test('sampling leaves nothing behind but its result', () => {
  const before = tf.memory().numTensors;
  policy.sample(features, { method: 'ddpm', steps: 5, noise: () => tf.zeros([4, 16, 8]) }).dispose();
  expect(tf.memory().numTensors).toBe(before);
});
