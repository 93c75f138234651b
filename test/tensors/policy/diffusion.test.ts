// @module-tag engine
/** The reverse steps of a scheduler against those of diffusers, from a model that is a formula (test/fixtures/policy/ddim.py). */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import { readScheduler } from '../../../engine/judge/policy/scheduler.js';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { reverse } from '../../../engine/tensors/policy/diffusion.js';
import { inferenceTimesteps } from '../../../engine/training/diffusion/noiseSchedule.js';
import { reverseSteps } from '../../../engine/training/diffusion/sampler.js';
import { relativeError } from './reference.js';

interface Case {
  readonly scheduler: Record<string, string | number | boolean>;
  readonly steps: number;
  readonly timesteps: readonly number[];
  readonly sample: readonly number[];
}

const FIXTURE = new URL('../../fixtures/policy/ddim.json', import.meta.url);
const { shape, cases } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as {
  readonly shape: [number, number, number];
  readonly cases: readonly Case[];
};

beforeAll(() => openBackend({ request: 'auto' }));

const formula = (phase: number) =>
  tf.tensor3d(
    Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, index) =>
      Math.sin(0.7 * index + phase),
    ),
    shape,
  );

const settingsOf = (settings: PlainMap) => readScheduler({ policy: { noise_scheduler: settings } });

function sampled({ scheduler, steps }: Case): Float32Array {
  const settings = settingsOf(scheduler);
  return tf.tidy(() => {
    let x = formula(0);
    reverseSteps(settings, settings.sampler, steps).forEach((step, index) => {
      const output = tf.add<tf.Tensor3D>(tf.mul(x, 0.5), formula(0.1 * step.timestep));
      x = reverse(step, x, output, () => formula(index + 1));
    });
    return x.dataSync() as Float32Array;
  });
}

describe.each(cases)('$scheduler in $steps steps', (test) => {
  it('takes the time steps of diffusers', () =>
    expect(inferenceTimesteps(settingsOf(test.scheduler), test.steps)).toEqual(test.timesteps));
  it('samples what diffusers samples (1e-5)', () =>
    expect(relativeError(sampled(test), test.sample)).toBeLessThan(1e-5));
});

it('the cases are of all three prediction types and of both classes', () => {
  const of = (name: string) => new Set(cases.map(({ scheduler }) => scheduler[name]));
  expect([...of('prediction_type')]).toEqual(expect.arrayContaining(['epsilon', 'sample', 'v_prediction']));
  expect([...of('_target_')]).toEqual(['diffusers.DDIMScheduler', 'diffusers.DDPMScheduler']);
});

it('refuses time steps behind the last one that was trained', () => {
  const settings = settingsOf({ _target_: 'DDIMScheduler', num_train_timesteps: 10, steps_offset: 1 });
  expect(() => inferenceTimesteps(settings, 10)).toThrow(
    /steps_offset 1 begin at time step 10, but the last one that was trained is 9/,
  );
  expect(inferenceTimesteps(settings, 5)).toEqual([9, 7, 5, 3, 1]);
});

it('refuses to sample where the clean actions would be clipped by a quantile', () => {
  const settings = settingsOf({ _target_: 'DDIMScheduler', thresholding: true });
  expect(() => reverseSteps(settings, 'ddim', 5)).toThrow(/thresholding is true/);
});
