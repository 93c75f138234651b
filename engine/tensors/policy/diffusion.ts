/** The diffusion process: betas, noising, and one reverse step of DDPM and DDIM, as diffusers' schedulers define them. */
import * as tf from '@tensorflow/tfjs';
import { unreachable } from '../../base/errors.js';
import type { SchedulerSpec } from '../../judge/policy/spec.js';
import { TensorError } from '../tensorError.js';
import { lookUp } from './layers.js';

const MAX_BETA = 0.999; // of the capped cosine
const LEAST_VARIANCE = 1e-20; // keeps the last step's deviation finite

export type SamplingMethod = 'ddpm' | 'ddim';

/** ᾱ_t for each training time step, float32 like the scheduler's tensors. */
export class DiffusionSchedule {
  readonly betas: Float32Array;
  readonly alphasCumprod: Float32Array;

  constructor(readonly spec: SchedulerSpec) {
    this.betas = betasOf(spec);
    let product = 1;
    this.alphasCumprod = this.betas.map((beta) => {
      product = Math.fround(product * Math.fround(1 - beta));
      return product;
    });
  }

  /** x_t = √ᾱ_t x + √(1-ᾱ_t) ε; `clean` and `noise` (B,T,D), `timesteps` (B) int32. */
  addNoise(clean: tf.Tensor3D, noise: tf.Tensor3D, timesteps: tf.Tensor1D): tf.Tensor3D {
    return tf.tidy(() => {
      const factor = (of: (alpha: number) => number) =>
        lookUp(this.alphasCumprod.map(of), timesteps).reshape([-1, 1, 1]);
      const signal = tf.mul(
        clean,
        factor((alpha) => Math.sqrt(alpha)),
      );
      return tf.add(signal, tf.mul(noise, factor(noiseScale)));
    });
  }

  /** The time steps of a sampler with `steps` steps, from noisy to clean. */
  inferenceTimesteps(steps: number): number[] {
    const { trainTimesteps, timestepSpacing, stepsOffset } = this.spec;
    if (!Number.isInteger(steps) || steps < 1 || steps > trainTimesteps) {
      const message = `${steps} sampling steps: expected a whole number from 1 to ${trainTimesteps}`;
      throw new TensorError({ code: 'sampling-steps', message });
    }
    const timesteps = spaced(steps, trainTimesteps, timestepSpacing, stepsOffset);
    if (timesteps[0]! < trainTimesteps) return timesteps;
    const message = `${steps} sampling steps with steps_offset ${stepsOffset} begin at time step ${timesteps[0]}, but the last one that was trained is ${trainTimesteps - 1}`;
    const hint = 'take fewer sampling steps, or set policy.noise_scheduler.steps_offset to 0';
    throw new TensorError({ code: 'sampling-steps', message, hint });
  }

  /** How far apart the time steps lie. */
  stride(steps: number): number {
    return Math.floor(this.spec.trainTimesteps / steps);
  }

  /**
   * x_t → x_{t-stride}. `output` is what the model predicted; `noise` is used by DDPM except at t = 0. DDIM is the
   * deterministic one (eta 0).
   */
  step(
    method: SamplingMethod,
    stride: number,
    t: number,
    x: tf.Tensor3D,
    output: tf.Tensor3D,
    noise: () => tf.Tensor3D,
  ): tf.Tensor3D {
    return tf.tidy(() => {
      const alpha = this.alphasCumprod[t]!;
      const before = this.alphaBefore(method, t - stride);
      const { clean, epsilon } = this.split(alpha, x, output);
      switch (method) {
        case 'ddim':
          return tf.add(tf.mul(clean, Math.sqrt(before)), tf.mul(epsilon, noiseScale(before)));
        case 'ddpm': {
          const mean = posteriorMean(alpha, before, clean, x);
          return t === 0 ? mean : tf.add(mean, tf.mul(noise(), this.deviation(alpha, before)));
        }
        default:
          return unreachable(method);
      }
    });
  }

  private alphaBefore(method: SamplingMethod, t: number): number {
    if (t >= 0) return this.alphasCumprod[t]!;
    return method === 'ddpm' || this.spec.endsClean ? 1 : this.alphasCumprod[0]!;
  }

  /** What the output implies about the clean sample (clipped when the scheduler clips) and the noise. */
  private split(alpha: number, x: tf.Tensor3D, output: tf.Tensor3D) {
    const [signal, noise] = [Math.sqrt(alpha), noiseScale(alpha)];
    const { predictionType, clipSample, clipRange, thresholding } = this.spec;
    if (thresholding) throw thresholded();
    const parts = predicted(predictionType, signal, noise, x, output);
    return { ...parts, clean: clipSample ? tf.clipByValue(parts.clean, -clipRange, clipRange) : parts.clean };
  }

  /** Standard deviation of DDPM's noise; formula (7) of Ho et al. 2020, or the plain beta. */
  private deviation(alpha: number, before: number): number {
    const beta = 1 - alpha / before;
    switch (this.spec.varianceType) {
      case 'fixed_small':
      case 'fixed_small_log':
        return Math.sqrt(Math.max(((1 - before) / (1 - alpha)) * beta, LEAST_VARIANCE));
      case 'fixed_large':
        return Math.sqrt(beta);
      default:
        throw new TensorError({
          code: 'scheduler',
          message: `variance_type is ${this.spec.varianceType}, expected fixed_small, fixed_small_log or fixed_large`,
        });
    }
  }
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

/** As Python and NumPy round. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function thresholded(): TensorError {
  return new TensorError({
    code: 'scheduler',
    message: 'policy.noise_scheduler.thresholding is true, which the builtin engine does not sample with',
    hint: 'set it to false: clip_sample keeps the actions in their range',
  });
}

function noiseScale(alpha: number): number {
  return Math.sqrt(1 - alpha);
}

function predicted(
  type: SchedulerSpec['predictionType'],
  signal: number,
  noise: number,
  x: tf.Tensor3D,
  output: tf.Tensor3D,
) {
  switch (type) {
    case 'epsilon':
      return { clean: tf.div<tf.Tensor3D>(tf.sub(x, tf.mul(output, noise)), signal), epsilon: output };
    case 'sample':
      return { clean: output, epsilon: tf.div<tf.Tensor3D>(tf.sub(x, tf.mul(output, signal)), noise) };
    case 'v_prediction':
      return {
        clean: tf.sub<tf.Tensor3D>(tf.mul(x, signal), tf.mul(output, noise)),
        epsilon: tf.add<tf.Tensor3D>(tf.mul(output, signal), tf.mul(x, noise)),
      };
    default:
      return unreachable(type);
  }
}

/** Mean of q(x_{t-1} | x_t, x_0), formula (7) of Ho et al. 2020. */
function posteriorMean(alpha: number, before: number, clean: tf.Tensor3D, x: tf.Tensor3D): tf.Tensor3D {
  const alphaStep = alpha / before;
  const ofClean = (Math.sqrt(before) * (1 - alphaStep)) / (1 - alpha);
  const ofNoisy = (Math.sqrt(alphaStep) * (1 - before)) / (1 - alpha);
  return tf.add(tf.mul(clean, ofClean), tf.mul(x, ofNoisy));
}

function betasOf({ betaSchedule, betaStart, betaEnd, trainTimesteps }: SchedulerSpec): Float32Array {
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
      throw new TensorError({
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
