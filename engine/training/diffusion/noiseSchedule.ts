/** The noise of a diffusion process: betas, and the time steps that a sampler visits, as diffusers' schedulers define them. */

import { unreachable } from '../../base/errors.js';
import { roundHalfEven } from '../../base/rounding.js';
import type { SchedulerSpec } from '../../judge/policy/spec.js';
import { TrainingError } from '../trainingError.js';

const MAX_BETA = 0.999; // of the capped cosine

/** ᾱ_t for each training time step, float32 like the scheduler's tensors. */
export function alphasCumprod(spec: SchedulerSpec): Float32Array {
  let product = 1;
  return betasOf(spec).map((beta) => {
    product = Math.fround(product * Math.fround(1 - beta));
    return product;
  });
}

/** The time steps of a sampler with `steps` steps, from noisy to clean. */
export function inferenceTimesteps(
  { trainTimesteps, timestepSpacing, stepsOffset }: SchedulerSpec,
  steps: number,
): number[] {
  if (!Number.isInteger(steps) || steps < 1 || steps > trainTimesteps) {
    const message = `${steps} sampling steps: expected a whole number from 1 to ${trainTimesteps}`;
    throw new TrainingError({ code: 'sampling-steps', message });
  }
  const timesteps = spaced(steps, trainTimesteps, timestepSpacing, stepsOffset);
  if (timesteps[0]! < trainTimesteps) return timesteps;
  const message = `${steps} sampling steps with steps_offset ${stepsOffset} begin at time step ${timesteps[0]}, but the last one that was trained is ${trainTimesteps - 1}`;
  const hint = 'take fewer sampling steps, or set policy.noise_scheduler.steps_offset to 0';
  throw new TrainingError({ code: 'sampling-steps', message, hint });
}

/** How far apart the time steps lie. */
export function stride({ trainTimesteps }: SchedulerSpec, steps: number): number {
  return Math.floor(trainTimesteps / steps);
}

/** As NumPy gives them to diffusers; from noisy to clean. */
function spaced(
  steps: number,
  trained: number,
  spacing: SchedulerSpec['timestepSpacing'],
  offset: number,
): number[] {
  const at = (place: (left: number) => number) =>
    Array.from({ length: steps }, (_, index) => place(steps - 1 - index));
  switch (spacing) {
    case 'leading':
      return at((left) => left * Math.floor(trained / steps) + offset);
    case 'linspace':
      return at((left) => (steps === 1 ? 0 : roundHalfEven((left * (trained - 1)) / (steps - 1))));
    case 'trailing':
      return at((left) => roundHalfEven(trained - (steps - 1 - left) * (trained / steps)) - 1);
    default:
      return unreachable(spacing);
  }
}

export function betasOf({ betaSchedule, betaStart, betaEnd, trainTimesteps }: SchedulerSpec): Float32Array {
  const betas = new Float32Array(trainTimesteps);
  const spread = (from: number, to: number) => (_: number, index: number) =>
    trainTimesteps === 1 ? from : from + ((to - from) * index) / (trainTimesteps - 1);
  switch (betaSchedule) {
    case 'linear':
      return betas.map(spread(betaStart, betaEnd));
    case 'scaled_linear':
      return betas.map((_, index) => spread(Math.sqrt(betaStart), Math.sqrt(betaEnd))(0, index) ** 2);
    case 'squaredcos_cap_v2':
      return betas.map((_, index) => cosineBeta(index, trainTimesteps));
    default:
      throw new TrainingError({
        code: 'scheduler',
        message: `beta_schedule is ${betaSchedule}, expected squaredcos_cap_v2, linear or scaled_linear`,
      });
  }
}

/** The capped cosine schedule of Nichol and Dhariwal 2021. */
function cosineBeta(index: number, count: number): number {
  const bar = (time: number) => Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  return Math.min(1 - bar((index + 1) / count) / bar(index / count), MAX_BETA);
}
