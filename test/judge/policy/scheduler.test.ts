/** The noise schedule of a config: diffusers' defaults, what is refused, and what an adaptation compares. */
import { expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import { readScheduler, schedulerSettings } from '../../../engine/judge/policy/scheduler.js';

const config = (more: PlainMap = {}): PlainMap => ({
  policy: { noise_scheduler: { _target_: 'diffusers.DDPMScheduler', ...more } },
});

it('has the defaults of diffusers', () =>
  expect(readScheduler(config())).toEqual({
    trainTimesteps: 1000,
    betaStart: 0.0001,
    betaEnd: 0.02,
    betaSchedule: 'linear',
    clipSample: true,
    predictionType: 'epsilon',
    varianceType: 'fixed_small',
  }));

it.each<[PlainMap, RegExp]>([
  [
    { _target_: 'diffusers.DDIMScheduler' },
    /_target_ is diffusers\.DDIMScheduler, expected a class named DDPM/,
  ],
  [{ prediction_type: 'noise' }, /prediction_type is "noise", expected epsilon, sample or v_prediction/],
  [{ num_train_timesteps: 0 }, /num_train_timesteps is 0, expected a whole number from 1/],
  [{ clip_sample: 1 }, /clip_sample is 1, expected true or false/],
])('%j is refused', (more, message) => expect(() => readScheduler(config(more))).toThrow(message));

it('compares what the network learnt to predict, not how actions are sampled', () => {
  const [before, now] = [config(), config({ clip_sample: false, variance_type: 'fixed_large' })].map(
    readScheduler,
  );
  expect(schedulerSettings(now!)).toEqual(schedulerSettings(before!));
  const names = schedulerSettings(readScheduler(config({ prediction_type: 'sample' })));
  expect(names).toContainEqual({ name: 'policy.noise_scheduler (predictionType)', value: 'sample' });
});
