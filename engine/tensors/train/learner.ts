/** The learner: the policy with its optimizer and moving average, one micro-batch at a time. */
import * as tf from '@tensorflow/tfjs';
import type { PlainMap } from '../../base/plain.js';
import { Stream } from '../../base/streams.js';
import type { CheckpointFile } from '../../formats/checkpoint/types.js';
import { familyOfSpec } from '../../judge/policy/families.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import type { TrainingData } from '../../training/dataset.js';
import { highNoiseWeights } from '../../training/lossWeights.js';
import { multiplierOf } from '../../training/multipliers.js';
import { MAX_NAMED, NotFinite } from '../../training/notFinite.js';
import type { TrainOptions } from '../../training/options.js';
import { type Position, readPosition, START } from '../../training/position.js';
import { learningRate, parseSchedule, type ScheduleName } from '../../training/schedule.js';
import { DiffusionSchedule } from '../policy/diffusion.js';
import { type DropoutMask, seededMasks } from '../policy/dropout.js';
import { GradientSum, type LossFound } from '../policy/gradients.js';
import { lookUp } from '../policy/layers.js';
import { Normalizer } from '../policy/normalizer.js';
import { ParameterStore } from '../policy/parameters.js';
import { Policy } from '../policy/policy.js';
import type { Batch } from './batches.js';
import { Ema } from './ema.js';
import { AdamW } from './optimizer.js';
import { type BatchTensors, batchTensors, featuresOf, tensorsOf } from './tensors.js';
import { drawNoise } from './validate.js';

/** What a learner starts from. */
interface Beginning {
  readonly params: ParameterStore;
  /** Undefined without EMA. */
  readonly average: ParameterStore | undefined;
  readonly normalizer: Normalizer;
  /** The checkpoint's pickles that are carried over: `regrip_adaptation`. */
  readonly kept: PlainMap;
  readonly inherits: boolean;
  readonly position: Position;
}

export interface StepResult {
  /** Loss of the micro-batch before the update, unweighted by accumulation. */
  readonly loss: number;
  /** The learning rate of the next update, which is what upstream logs. */
  readonly nextLearningRate: number;
}

export class Learner {
  readonly policy: Policy;
  readonly ema: Ema | undefined;
  readonly optimizer: AdamW;
  private readonly averaged: Policy | undefined;
  private readonly trained: readonly string[];
  private readonly schedule: ScheduleName;
  private readonly weights: Float32Array | undefined;
  /** Gradients of micro-batches that wait for their update. */
  private readonly gradients: GradientSum;
  private totalUpdates = 1;
  private refusalTaken = false;
  globalStep: number;
  private updates: number;

  private constructor(
    readonly spec: PolicySpec,
    private readonly options: TrainOptions,
    private readonly begin: Beginning,
  ) {
    const { params, average, normalizer, position } = begin;
    const { regrip } = options;
    this.policy = new Policy(spec, params, normalizer);
    this.averaged = average === undefined ? undefined : new Policy(spec, average, normalizer);
    this.ema = average === undefined ? undefined : new Ema(average, options.ema, position.emaSteps);
    const multiplier = multiplierOf(regrip.lrMultiplier, begin.kept['regrip_adaptation'], begin.inherits);
    this.optimizer = new AdamW(params, {
      ...options.optimizer,
      ...(multiplier === undefined ? {} : { multiplier }),
    });
    const isTrained = (key: string): boolean => !(regrip.freezeEncoder && isOfEncoder(spec, key));
    this.trained = params.trainable().filter(isTrained);
    this.gradients = new GradientSum(params, this.trained, 1 / options.accumulate);
    this.schedule = parseSchedule(options.scheduler);
    if (regrip.lossWeighting === 'high_noise') {
      const { alphasCumprod } = new DiffusionSchedule(spec.scheduler);
      this.weights = highNoiseWeights(alphasCumprod, regrip.lossWeightCap);
    }
    this.globalStep = position.globalStep;
    this.updates = position.updates;
    // The average of a constant is that constant, so cached features are valid for both policies.
    if (average !== undefined && regrip.freezeEncoder) copyEncoder(params, average);
  }

  /** New weights, a normaliser fitted on the data set. */
  static fresh(spec: PolicySpec, options: TrainOptions, data: TrainingData): Learner {
    const params = ParameterStore.fresh(spec, options.seed);
    return new Learner(spec, options, {
      params,
      average: options.useEma ? params.clone() : undefined,
      normalizer: fitNormalizer(spec, data),
      kept: {},
      inherits: false,
      position: START,
    });
  }

  /** Loads the weights of a checkpoint; with `resume` also its moments, counters and position in the run. */
  static async load(
    spec: PolicySpec,
    options: TrainOptions,
    data: TrainingData,
    file: CheckpointFile,
    resume: boolean,
  ): Promise<Learner> {
    const { pickles, stateDicts, optimizer } = file.index;
    const params = await ParameterStore.load(spec, file, 'model');
    const position = resume ? readPosition(pickles, optimizer?.state.size ?? 0, options.accumulate) : START;
    // The first checkpoint of a run may already hold a refitted normaliser; a resume never changes it.
    const refit = options.regrip.normalizer === 'refit' && !resume;
    const adaptation = pickles['regrip_adaptation'];
    const learner = new Learner(spec, options, {
      params,
      average: options.useEma ? await loadAverage(spec, file, stateDicts, params) : undefined,
      normalizer: refit ? fitNormalizer(spec, data) : await Normalizer.fromCheckpoint(spec, file, 'model'),
      kept: adaptation === undefined ? {} : { regrip_adaptation: adaptation },
      inherits: !resume || adaptation !== undefined,
      position,
    });
    // Moments of a finished training say nothing about a new one; those that an adaptation kept on purpose do.
    const goesOn = resume || adaptation !== undefined;
    if (goesOn && optimizer !== undefined) await learner.optimizer.load(file);
    return learner;
  }

  get params(): ParameterStore {
    return this.begin.params;
  }
  get normalizer(): Normalizer {
    return this.begin.normalizer;
  }
  get kept(): PlainMap {
    return this.begin.kept;
  }
  /** The run's position according to the checkpoint. */
  get start(): Position {
    return this.begin.position;
  }
  /** The policy that is evaluated, sampled and deployed: the EMA if there is one. */
  get evaluated(): Policy {
    return this.averaged ?? this.policy;
  }
  /** Micro-batches since the last update, whose gradients wait for the next one and are not saved in checkpoints. */
  get waiting(): number {
    return this.globalStep === 0 ? 0 : (this.globalStep - 1) % this.options.accumulate;
  }
  get nextLearningRate(): number {
    const { optimizer, warmupSteps } = this.options;
    const length = { warmupSteps, totalSteps: this.totalUpdates };
    return learningRate(this.schedule, optimizer.learningRate, this.updates, length);
  }

  /** Sets the schedule's length; `batches` is that of the whole epoch, regardless of `max_train_steps`, as upstream counts. */
  plan(batches: number): void {
    this.totalUpdates = Math.floor((batches * this.options.epochs) / this.options.accumulate);
  }

  /** One micro-batch: forward, backward, the update when it is due, the average. Throws `NotFinite` before a bad gradient is used. */
  step(batch: Batch, epoch: number, index: number): StepResult {
    const { accumulate } = this.options;
    const found = this.accumulate(batch, epoch, index);
    const { loss } = found;
    if (!Number.isFinite(loss) || !Number.isFinite(found.gradientNorm)) throw this.notFinite(found, epoch);
    if (this.globalStep % accumulate === 0) {
      this.optimizer.step(this.gradients.gradients, this.nextLearningRate);
      this.gradients.clear();
      this.updates++;
    }
    this.ema?.update(this.params, this.trained);
    this.globalStep++;
    return { loss, nextLearningRate: this.nextLearningRate };
  }

  /** Only forward and backward. After a load this restores the gradients that wait for their update. */
  accumulate(batch: Batch, epoch: number, index: number): LossFound {
    const { seed, regrip } = this.options;
    const tensors = batchTensors(this.spec, batch);
    const drawn = drawNoise(
      new Stream(seed, 'noise', epoch, index),
      this.spec,
      batch.size * regrip.noiseSamples,
    );
    const inputs = [...tensorsOf(tensors), drawn.noise, drawn.timesteps];
    const found = this.gradients.add({
      inputs,
      draw: seededMasks(new Stream(seed, 'dropout', epoch, index).uint32()),
      loss: (mask) => this.loss(tensors, drawn, mask),
    });
    tf.dispose(inputs);
    return found;
  }

  /** Why steps are slower than they could be; reported once. */
  takeRefusal(): string | undefined {
    const { refusal } = this.gradients;
    if (refusal === undefined || this.refusalTaken) return undefined;
    this.refusalTaken = true;
    return `a training step could not be compiled into one graph, so steps may take up to twice as long: ${refusal}`;
  }

  position(place: Omit<Position, 'globalStep' | 'updates' | 'emaSteps'>): Position {
    return { ...place, globalStep: this.globalStep, updates: this.updates, emaSteps: this.ema?.step ?? 0 };
  }

  private notFinite({ loss, gradientNorm }: LossFound, epoch: number): NotFinite {
    const { gradients } = this.gradients;
    const keys = [...gradients.keys()].reverse().filter((key) => !isAllFinite(gradients.get(key)!));
    const isLoss = !Number.isFinite(loss);
    return new NotFinite({
      event: 'notFinite',
      what: isLoss ? 'loss' : 'gradient norm',
      value: isLoss ? loss : gradientNorm,
      epoch,
      globalStep: this.globalStep,
      learningRate: this.nextLearningRate,
      parameters: keys.slice(0, MAX_NAMED),
      count: keys.length,
    });
  }

  dispose(): void {
    this.gradients.dispose();
    this.optimizer.dispose();
    this.params.dispose();
    this.ema?.dispose();
    this.policy.dispose();
    this.averaged?.dispose();
  }

  private loss(
    batch: BatchTensors,
    { noise, timesteps }: ReturnType<typeof drawNoise>,
    mask: DropoutMask,
  ): tf.Scalar {
    const { noiseSamples } = this.options.regrip;
    const { weights } = this;
    const repeated = <T extends tf.Tensor>(rows: T): T =>
      noiseSamples === 1 ? rows : tf.concat(Array<T>(noiseSamples).fill(rows), 0);
    return this.policy.loss(repeated(batch.actions), repeated(featuresOf(this.policy, batch)), {
      noise,
      timesteps,
      ...(weights === undefined ? {} : { weights: lookUp(weights, timesteps) }),
      mask,
    });
  }
}

function isAllFinite(values: tf.Tensor): boolean {
  return tf.tidy(() => tf.all(tf.isFinite(values)).dataSync()[0] !== 0);
}

function fitNormalizer(spec: PolicySpec, data: TrainingData): Normalizer {
  return Normalizer.fit(spec, (field) => data.columns.get(field)!.values);
}

async function loadAverage(
  spec: PolicySpec,
  file: CheckpointFile,
  stateDicts: CheckpointFile['index']['stateDicts'],
  params: ParameterStore,
): Promise<ParameterStore> {
  return stateDicts['ema_model'] === undefined
    ? params.clone()
    : ParameterStore.load(spec, file, 'ema_model');
}

function isOfEncoder(spec: PolicySpec, key: string): boolean {
  return familyOfSpec(spec).placeOf(key, spec).part === 'encoder';
}

function copyEncoder(from: ParameterStore, to: ParameterStore): void {
  for (const key of from.keys().filter((name) => isOfEncoder(from.spec, name))) {
    to.writable(key).assign(from.get(key));
  }
}
