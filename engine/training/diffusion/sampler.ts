/** The reverse steps of DDPM and DDIM as numbers: a step is linear in the noisy sample, the model's output and fresh noise, but for the clipping in between. */
import { unreachable } from '../../base/errors.js';
import type { SchedulerSpec } from '../../judge/policy/spec.js';
import type { SamplingMethod } from '../loop/compute.js';
import { TrainingError } from '../trainingError.js';
import { alphasCumprod, inferenceTimesteps, stride } from './noiseSchedule.js';

const LEAST_VARIANCE = 1e-20; // keeps the last step's deviation finite

/**
 * x_t → x_{t - stride} for a noisy sample x and the model's output o:
 * clean = `clean[0]` x + `clean[1]` o, clipped to ± `clip`; then `next[0]` clean + `next[1]` x + `next[2]` o + `deviation` · noise.
 */
export interface ReverseStep {
  readonly timestep: number;
  readonly clean: readonly [ofNoisy: number, ofOutput: number];
  /** Undefined where the scheduler does not clip. */
  readonly clip: number | undefined;
  readonly next: readonly [ofClean: number, ofNoisy: number, ofOutput: number];
  /** Standard deviation of the noise that is added; 0 for none. */
  readonly deviation: number;
}

/** From noisy to clean. DDIM is the deterministic one (eta 0). Throws `scheduler`, `sampling-steps`. */
export function reverseSteps(spec: SchedulerSpec, method: SamplingMethod, steps: number): ReverseStep[] {
  if (spec.thresholding) throw thresholded();
  const alphas = alphasCumprod(spec);
  const apart = stride(spec, steps);
  const last = method === 'ddpm' || spec.endsClean ? 1 : alphas[0]!;
  return inferenceTimesteps(spec, steps).map((timestep) => {
    const alpha = alphas[timestep]!;
    const before = timestep >= apart ? alphas[timestep - apart]! : last;
    const { clean, epsilon } = implied(spec.predictionType, alpha);
    const shared = { timestep, clean, clip: spec.clipSample ? spec.clipRange : undefined };
    switch (method) {
      case 'ddim': {
        const noise = noiseScale(before);
        return { ...shared, next: [Math.sqrt(before), noise * epsilon[0], noise * epsilon[1]], deviation: 0 };
      }
      case 'ddpm':
        return {
          ...shared,
          next: [...posteriorMean(alpha, before), 0],
          deviation: timestep === 0 ? 0 : deviation(spec, alpha, before),
        };
      default:
        return unreachable(method);
    }
  });
}

/** What the output implies about the clean sample and the noise: each a sum of so much of the noisy sample and of the output. */
function implied(
  type: SchedulerSpec['predictionType'],
  alpha: number,
): { readonly clean: readonly [number, number]; readonly epsilon: readonly [number, number] } {
  const [signal, noise] = [Math.sqrt(alpha), noiseScale(alpha)];
  switch (type) {
    case 'epsilon':
      return { clean: [1 / signal, -noise / signal], epsilon: [0, 1] };
    case 'sample':
      return { clean: [0, 1], epsilon: [1 / noise, -signal / noise] };
    case 'v_prediction':
      return { clean: [signal, -noise], epsilon: [noise, signal] };
    default:
      return unreachable(type);
  }
}

/** Mean of q(x_{t-1} | x_t, x_0): its parts of the clean and of the noisy sample, formula (7) of Ho et al. 2020. */
function posteriorMean(alpha: number, before: number): [number, number] {
  const alphaStep = alpha / before;
  const ofClean = (Math.sqrt(before) * (1 - alphaStep)) / (1 - alpha);
  const ofNoisy = (Math.sqrt(alphaStep) * (1 - before)) / (1 - alpha);
  return [ofClean, ofNoisy];
}

/** Standard deviation of DDPM's noise; formula (7) of Ho et al. 2020, or the plain beta. */
function deviation({ varianceType }: SchedulerSpec, alpha: number, before: number): number {
  const beta = 1 - alpha / before;
  switch (varianceType) {
    case 'fixed_small':
    case 'fixed_small_log':
      return Math.sqrt(Math.max(((1 - before) / (1 - alpha)) * beta, LEAST_VARIANCE));
    case 'fixed_large':
      return Math.sqrt(beta);
    default:
      throw new TrainingError({
        code: 'scheduler',
        message: `variance_type is ${varianceType}, expected fixed_small, fixed_small_log or fixed_large`,
      });
  }
}

function noiseScale(alpha: number): number {
  return Math.sqrt(1 - alpha);
}

function thresholded(): TrainingError {
  return new TrainingError({
    code: 'scheduler',
    message: 'policy.noise_scheduler.thresholding is true, which the builtin engine does not sample with',
    hint: 'set it to false: clip_sample keeps the actions in their range',
  });
}
