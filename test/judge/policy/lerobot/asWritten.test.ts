/** Messages about LeRobot's settings have the names of config.json; everything else in them stays. */
import { expect, it } from 'vitest';
import { PolicyConfigError } from '../../../../engine/judge/policy/config.js';
import { asWritten } from '../../../../engine/judge/policy/lerobot/asWritten.js';

it.each([
  ['policy.horizon is 12, more than policy.chunk_size', 'horizon is 12, more than chunk_size'],
  ['policy.noise_scheduler.beta_end is "a"', 'beta_end is "a"'],
  ['policy.noise_scheduler._target_ is "a"', 'noise_scheduler_type is "a"'],
  ['policy.cond_predict_scale is 1', 'use_film_scale_modulation is 1'],
  ['but policy._target_ is lerobot.policies.act.modeling_act.ACTPolicy, which', 'but type is act, which'],
  ['lerobot-train --policy.path=FOLDER', 'lerobot-train --policy.path=FOLDER'],
  ['the new policy. It has my_policy.ckpt', 'the new policy. It has my_policy.ckpt'],
])('%s', (text, told) => expect(asWritten(text)).toBe(told));

it('an error keeps its place, and its hint is told likewise', () => {
  const error = new PolicyConfigError(['policy', 'horizon'], 'is 3', 'Change policy.horizon.');
  expect(error.message).toBe('policy.horizon is 3');
  expect(error.inWords(asWritten)).toMatchObject({
    path: ['policy', 'horizon'],
    message: 'horizon is 3',
    hint: 'Change horizon.',
  });
});
