/** The noise schedule of a config: diffusers' defaults, what is refused, and what an adaptation compares. */
import { expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import { readScheduler, schedulerSettings } from '../../../engine/judge/policy/scheduler.js';

const config = (more: PlainMap = {}): PlainMap => ({
  policy: { noise_scheduler: { _target_: 'diffusers.DDPMScheduler', ...more } },
});

it('has the defaults of diffusers', () =>
  expect(readScheduler(config())).toEqual({
    sampler: 'ddpm',
    trainTimesteps: 1000,
    betaStart: 0.0001,
    betaEnd: 0.02,
    betaSchedule: 'linear',
    clipSample: true,
    clipRange: 1,
    thresholding: false,
    predictionType: 'epsilon',
    varianceType: 'fixed_small',
    timestepSpacing: 'leading',
    stepsOffset: 0,
    endsClean: true,
  }));

it('reads what DDIM has beside', () =>
  expect(
    readScheduler(config({ _target_: 'diffusers.DDIMScheduler', set_alpha_to_one: false, steps_offset: 1 })),
  ).toMatchObject({ sampler: 'ddim', endsClean: false, stepsOffset: 1 }));

it.each<[PlainMap, RegExp]>([
  [
    { _target_: 'consistency_policy.diffusion.Karras_Scheduler' },
    /_target_ is consistency_policy\.diffusion\.Karras_Scheduler, expected a class named DDPMScheduler or DDIM/,
  ],
  [{ timestep_spacing: 'log' }, /timestep_spacing is "log", expected leading, linspace or trailing/],
  [{ steps_offset: -1 }, /steps_offset is -1, expected a whole number from 0/],
  [{ trained_betas: [0.1] }, /trained_betas is given, expected null/],
  [{ rescale_betas_zero_snr: true }, /rescale_betas_zero_snr is true, expected false/],
  [{ prediction_type: 'noise' }, /prediction_type is "noise", expected epsilon, sample or v_prediction/],
  [{ num_train_timesteps: 0 }, /num_train_timesteps is 0, expected a whole number from 1/],
  [{ clip_sample: 1 }, /clip_sample is 1, expected true or false/],
])('%j is refused', (more, message) => expect(() => readScheduler(config(more))).toThrow(message));

it('compares what the network learnt to predict, not how actions are sampled', () => {
  const [before, now, ddim] = [
    config(),
    config({ clip_sample: false, variance_type: 'fixed_large' }),
    config({ _target_: 'diffusers.DDIMScheduler', steps_offset: 1 }),
  ].map((each) => schedulerSettings(readScheduler(each)));
  expect(now).toEqual(before);
  expect(ddim).toEqual(before);
  const names = schedulerSettings(readScheduler(config({ prediction_type: 'sample' })));
  expect(names).toContainEqual({ name: 'policy.noise_scheduler (predictionType)', value: 'sample' });
});
