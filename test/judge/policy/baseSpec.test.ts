/** Steps of every policy. */
import { expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import { readBase } from '../../../engine/judge/policy/baseSpec.js';

const config = (more: PlainMap = {}): PlainMap => ({
  policy: {
    ...{ horizon: 16, n_obs_steps: 2, n_action_steps: 8 },
    noise_scheduler: { _target_: 'diffusers.DDIMScheduler', num_train_timesteps: 50 },
    ...more,
  },
});

it.each<[PlainMap, number]>([
  [{}, 50],
  [{ num_inference_steps: null }, 50],
  [{ num_inference_steps: 16 }, 16],
])('of %j the inference steps are %d', (more, steps) =>
  expect(readBase(config(more)).inferenceSteps).toBe(steps),
);

it('more inference steps than noise levels are refused', () =>
  expect(() => readBase(config({ num_inference_steps: 51 }))).toThrow(
    /num_inference_steps is 51, but policy\.noise_scheduler\.num_train_timesteps is 50/,
  ));
