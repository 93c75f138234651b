/** A policy in training on tensors: gradients, optimizer, moving average. */
import * as tf from '@tensorflow/tfjs';
import { batchNorms, moduleOf } from '../../judge/policy/batchNorm.js';
import { viewOf } from '../../judge/policy/view.js';
import type { Batch, Crop } from '../../training/loop/batches.js';
import type {
  ComputedPolicy,
  LossFound,
  TrainDraws,
  Trainer,
  TrainerSetup,
} from '../../training/loop/compute.js';
import { type BatchTensors, batchTensors, featuresOf, tensorsOf } from '../batchTensors.js';
import { computed, drawnTensors } from '../computed.js';
import type { BatchStatistics } from '../policy/batchStatistics.js';
import { seenFrames } from '../policy/crop.js';
import { seededMasks } from '../policy/dropout.js';
import { GradientSum } from '../policy/gradients.js';
import { Normalizer } from '../policy/normalizer.js';
import { ParameterStore } from '../policy/parameters.js';
import { type LossOptions, Policy } from '../policy/policy.js';
import { Ema } from './ema.js';
import { AdamW } from './optimizer.js';

export class BuiltinTrainer implements Trainer {
  readonly evaluated: ComputedPolicy;
  private readonly policy: Policy;
  private readonly averaged: Policy | undefined;
  private readonly ema: Ema | undefined;
  private readonly optimizer: AdamW;
  /** Of micro-batches that wait for their update. */
  private readonly gradients: GradientSum;
  /** BatchNorms are in training mode; those of a frozen encoder are not, as upstream's. */
  private readonly measures: boolean;

  constructor(private readonly setup: TrainerSetup) {
    const { spec, weights, average, trained, share, optimizer, multiplier, moments } = setup;
    const normalizer = new Normalizer(weights.normalizer);
    const params = new ParameterStore(spec, weights.values);
    this.policy = new Policy(spec, params, normalizer);
    this.ema = average && new Ema(new ParameterStore(spec, average));
    this.averaged = this.ema && new Policy(spec, this.ema.average, normalizer);
    this.evaluated = computed(this.averaged ?? this.policy);
    this.optimizer = new AdamW(params, optimizer, multiplier, moments);
    this.gradients = new GradientSum(params, trained, share);
    const norms = batchNorms(spec.parameters);
    this.measures = trained.some((key) => norms.has(moduleOf(key)));
  }

  get refusal(): string | undefined {
    return this.gradients.refusal;
  }

  async accumulate(batch: Batch, draws: TrainDraws): Promise<LossFound> {
    const tensors = batchTensors(this.setup.spec, batch);
    const drawn = drawnTensors(this.policy, draws);
    const weights = draws.weights && tf.tensor1d(draws.weights);
    const inputs = [...tensorsOf(tensors), drawn.noise, drawn.timesteps, ...(weights ? [weights] : [])];
    const found = this.gradients.add({
      inputs,
      draw: seededMasks(draws.dropoutSeed),
      loss: (mask, statistics) =>
        this.loss(tensors, { ...drawn, ...(weights && { weights }), mask }, statistics),
    });
    tf.dispose(inputs);
    return found;
  }

  async keepStatistics(): Promise<void> {
    this.gradients.keepStatistics();
  }

  async badGradients(): Promise<readonly string[]> {
    const { gradients } = this.gradients;
    return [...gradients.keys()].reverse().filter((key) => !isAllFinite(gradients.get(key)!));
  }

  async update(learningRate: number): Promise<void> {
    this.optimizer.step(this.gradients.gradients, learningRate);
    this.gradients.clear();
  }

  async blend(decay: number): Promise<void> {
    this.ema?.update(this.policy.params, this.setup.trained, decay);
  }

  async encodeFrames(camera: string, frames: Uint8Array, crops: readonly Crop[]): Promise<Float32Array[]> {
    const { spec } = this.setup;
    const { shape } = spec.observations.find((obs) => obs.key === camera)!;
    return crops.map((crop) => {
      const pixels = seenFrames(frames, shape, viewOf(spec, camera), crop);
      const features = this.policy.encodeFrames(camera, pixels);
      const values = features.dataSync() as Float32Array;
      tf.dispose([features, pixels]);
      return values;
    });
  }

  values(of: 'model' | 'average', key: string): Promise<Float32Array> {
    return (of === 'average' ? this.ema!.average : this.policy.params).torchValues(key);
  }

  async steps(): Promise<ReadonlyMap<string, number>> {
    return this.optimizer.steps();
  }

  moment(key: string, which: 'mean' | 'square'): Promise<Float32Array> {
    return this.optimizer.moment(key, which);
  }

  dispose(): void {
    this.gradients.dispose();
    this.optimizer.dispose();
    this.policy.params.dispose();
    this.ema?.dispose();
    this.policy.dispose();
    this.averaged?.dispose();
  }

  /** One batch may be noised several times. */
  private loss(batch: BatchTensors, options: LossOptions, statistics: BatchStatistics): tf.Scalar {
    const times = options.timesteps.size / batch.actions.shape[0];
    const repeated = <T extends tf.Tensor>(rows: T): T =>
      times === 1 ? rows : tf.concat(Array<T>(times).fill(rows), 0);
    const features = featuresOf(this.policy, batch, this.measures ? statistics : undefined);
    return this.policy.loss(repeated(batch.actions), repeated(features), options);
  }
}

function isAllFinite(values: tf.Tensor): boolean {
  return tf.tidy(() => tf.all(tf.isFinite(values)).dataSync()[0] !== 0);
}
