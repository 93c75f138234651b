/** The diffusion policy: observations → features → predicted noise → loss, and sampling of actions. */
import * as tf from '@tensorflow/tfjs';
import { type RegripError, unreachable } from '../../base/errors.js';
import { familyOfSpec } from '../../judge/policy/families.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { observedSteps, trajectoryShape } from '../../judge/policy/trajectory.js';
import { alphasCumprod } from '../../training/diffusion/noiseSchedule.js';
import { reverseSteps } from '../../training/diffusion/sampler.js';
import type { SamplingMethod } from '../../training/loop/compute.js';
import { TrainingError } from '../../training/trainingError.js';
import { Recorded, undrawn } from '../backend/recorded.js';
import { TensorError } from '../tensorError.js';
import type { BatchStatistics } from './batchStatistics.js';
import { addNoise, reverse } from './diffusion.js';
import type { DropoutMask } from './dropout.js';
import type { NoisyBatch, PolicyNetwork } from './network.js';
import { networkOf } from './networks.js';
import type { Normalizer } from './normalizer.js';
import type { ParameterStore } from './parameters.js';
import { Trajectory } from './trajectory.js';

export interface ObsBatch {
  /** By observation key: cropped pixels, (B·S,h,w,3), 0 … 255 as float32; S as `observedSteps` of the spec. */
  readonly images: ReadonlyMap<string, tf.Tensor4D>;
  /** By observation key: (B·S,D) in raw units. */
  readonly lowDim: ReadonlyMap<string, tf.Tensor2D>;
}

export interface LossOptions {
  /** Of the trajectory, (B,T,W). */
  readonly noise: tf.Tensor3D;
  /** (B) int32 */
  readonly timesteps: tf.Tensor1D;
  /** One weight per sample, (B); the loss is the mean of weight · MSE. */
  readonly weights?: tf.Tensor1D;
  /** Present in training mode. */
  readonly mask?: DropoutMask;
}

interface SampleCall {
  /** Draw 0 starts the trajectory, the others are DDPM's noise in order; (B,T,W). */
  readonly noise: (draw: number) => tf.Tensor3D;
  readonly method: SamplingMethod;
  readonly steps: number;
}

export class Policy {
  private readonly alphas: Float32Array;
  private readonly trajectory: Trajectory;
  private readonly network: PolicyNetwork;
  /** By camera. */
  private readonly encoders = new Map<string, Recorded>();
  private readonly predictor = new Recorded();

  constructor(
    readonly spec: PolicySpec,
    readonly params: ParameterStore,
    readonly normalizer: Normalizer,
  ) {
    this.alphas = alphasCumprod(spec.scheduler);
    this.network = networkOf(spec);
    this.trajectory = new Trajectory(spec);
  }

  /** The features (B·S,obsFeatureDim) of raw observations; with `statistics` the image encoders are in training mode. */
  encode(obs: ObsBatch, statistics?: BatchStatistics): tf.Tensor2D {
    return tf.tidy(() => this.featuresFromCache(this.encodeImages(obs.images, statistics), obs.lowDim));
  }

  /** One camera's part of the condition, (n,width), which a frozen encoder needs to compute only once per frame. */
  encodeImage(key: string, pixels: tf.Tensor4D): tf.Tensor2D {
    return tf.tidy(() => this.encodeImages(new Map([[key, pixels]])).get(key)!);
  }

  /** As `encodeImage`, but without gradients, and therefore faster from the second call on. The caller disposes of it. */
  encodeFrames(key: string, pixels: tf.Tensor4D): tf.Tensor2D {
    const recorded = this.encoders.get(key) ?? new Recorded();
    this.encoders.set(key, recorded);
    return this.graph(recorded, [pixels], () => this.encodeImage(key, pixels));
  }

  /** The condition from image features (n,width) and raw low-dimensional observations (n,D), in the order of the config. */
  featuresFromCache(
    imageFeatures: ReadonlyMap<string, tf.Tensor2D>,
    lowDim: ReadonlyMap<string, tf.Tensor2D>,
  ): tf.Tensor2D {
    return tf.tidy(() => {
      const parts = this.spec.observations.map(({ key, type }) =>
        type === 'rgb'
          ? present(imageFeatures, key)
          : this.normalizer.normalize(key, tf.cast(present(lowDim, key), 'float32') as tf.Tensor2D),
      );
      return parts.length === 1 ? parts[0]!.clone() : tf.concat(parts, 1);
    });
  }

  /** What the network predicts of a noisy trajectory, (B,T,D). */
  predict(batch: NoisyBatch): tf.Tensor3D {
    return this.network.predict(this.params, batch);
  }

  /** Mean squared error of what is not known; `actions` (B,horizon,D) raw, `features` (B·S,obsFeatureDim). */
  loss(actions: tf.Tensor3D, features: tf.Tensor2D, options: LossOptions): tf.Scalar {
    return tf.tidy(() => {
      const { noise, timesteps, weights, mask } = options;
      const { trajectory } = this;
      const whole = trajectory.of(this.normalizer.normalize('action', actions), features);
      const clean = trajectory.detached(whole);
      const known = familyOfSpec(this.spec).learnsByInpainting ? whole : clean;
      const noisy = trajectory.withKnown(addNoise(this.alphas, clean, noise, timesteps), known);
      const condition = trajectory.condition(features);
      const predicted = this.predict({ noisy, timesteps, features: condition, dropout: mask });
      const error = trajectory.unknown(tf.square(tf.sub(predicted, this.target(clean, noise))));
      const perSample = tf.mean(error, [1, 2]);
      return tf.mean(weights === undefined ? perSample : tf.mul(perSample, weights)) as tf.Scalar;
    });
  }

  /** Actions of all steps of the trajectory, (B,T,D) in raw units, for features (B·S,obsFeatureDim). The caller disposes of them. */
  sample(features: tf.Tensor2D, call: SampleCall): tf.Tensor3D {
    const { spec } = this;
    const [batch, steps] = trajectoryShape(spec, features.shape[0] / observedSteps(spec));
    return tf.tidy(() => {
      const clean = this.denoise(call, features);
      return this.normalizer.unnormalize(
        'action',
        tf.slice(clean, [0, 0, 0], [batch, steps, spec.actionDim]),
      );
    });
  }

  /** Frees what makes repeated passes fast; the parameters stay. */
  dispose(): void {
    for (const recorded of [...this.encoders.values(), this.predictor]) recorded.dispose();
  }

  /** Within a tidy. */
  private encodeImages(
    images: ObsBatch['images'],
    statistics?: BatchStatistics,
  ): ReadonlyMap<string, tf.Tensor2D> {
    const { network, params, normalizer } = this;
    const [camera] = images.keys();
    if (camera === undefined) return new Map();
    if (network.encodeImages === undefined) throw unseen(camera);
    const normalized = [...images].map(
      ([key, pixels]) => [key, normalizer.normalize(key, tf.div<tf.Tensor4D>(pixels, 255))] as const,
    );
    return network.encodeImages(params, new Map(normalized), statistics);
  }

  private graph<T extends tf.Tensor>(recorded: Recorded, inputs: readonly tf.Tensor[], compute: () => T): T {
    const { params } = this;
    const [found] = recorded.run({
      inputs: [...params.filled().map((key) => params.get(key)), ...inputs],
      draw: undrawn,
      compute: () => [compute()],
    });
    return found as T;
  }

  private denoise({ method, steps, noise }: SampleCall, features: tf.Tensor2D): tf.Tensor3D {
    const { trajectory } = this;
    const condition = trajectory.condition(features);
    const known = trajectory.known(features);
    let x = tf.clone(trajectory.withKnown(noise(0), known));
    reverseSteps(this.spec.scheduler, method, steps).forEach((step, index) => {
      const next = tf.tidy(() => {
        const timesteps = tf.fill([x.shape[0]], step.timestep, 'int32') as tf.Tensor1D;
        const noisy = x;
        const output = this.graph(this.predictor, [noisy, timesteps, condition], () =>
          this.predict({ noisy, timesteps, features: condition }),
        );
        return trajectory.withKnown(
          reverse(step, x, output, () => noise(index + 1)),
          known,
        );
      });
      x.dispose();
      x = next;
    });
    return x;
  }

  private target(clean: tf.Tensor3D, noise: tf.Tensor3D): tf.Tensor3D {
    const { predictionType } = this.spec.scheduler;
    switch (predictionType) {
      case 'epsilon':
        return noise;
      case 'sample':
        return clean;
      case 'v_prediction':
        throw new TrainingError({
          code: 'scheduler',
          message: 'prediction_type v_prediction is not supported, and upstream cannot train it either',
          hint: 'Set policy.noise_scheduler.prediction_type to epsilon or sample.',
        });
      default:
        return unreachable(predictionType);
    }
  }
}

function unseen(camera: string): RegripError {
  return new TensorError({ code: 'observation', message: `the policy has no image encoder for ${camera}` });
}

function present<T>(tensors: ReadonlyMap<string, T>, key: string): T {
  const found = tensors.get(key);
  if (found !== undefined) return found;
  const message = `the batch is missing ${key} (it has ${[...tensors.keys()].join(', ') || 'none'})`;
  throw new TensorError({ code: 'observation', message });
}
