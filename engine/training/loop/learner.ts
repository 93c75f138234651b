/** The learner: a policy in training with its counters, its schedule and its random draws, one micro-batch at a time. */
import type { PlainMap } from '../../base/plain.js';
import { Stream } from '../../base/streams.js';
import type { CheckpointContent, CheckpointFile } from '../../formats/checkpoint/types.js';
import { familyOfSpec } from '../../judge/policy/families.js';
import type { ParameterSpec, PolicySpec } from '../../judge/policy/spec.js';
import type { TrainingData } from '../dataset.js';
import { alphasCumprod } from '../diffusion/noiseSchedule.js';
import { highNoiseWeights } from '../lossWeights.js';
import { multiplierOf } from '../multipliers.js';
import { MAX_NAMED, NotFinite } from '../notFinite.js';
import type { TrainOptions } from '../options.js';
import { type Position, readPosition, START } from '../position.js';
import { learningRate, parseSchedule } from '../schedule.js';
import type { Batch } from './batches.js';
import type {
  ComputedPolicy,
  ComputeEngine,
  LossFound,
  TrainDraws,
  Trainer,
  TrainerSetup,
} from './compute.js';
import { drawLoss } from './draws.js';
import { emaDecay } from './emaDecay.js';
import { fitNormalizer, readNormalizer } from './normalizer.js';
import { freshOptimizer, type OptimizerState, optimizerSource, readOptimizer } from './optimizerState.js';
import { stateDict } from './stateDict.js';
import { freshValues, ownEntries, type PolicyWeights, readValues, type Values } from './weights.js';

/** What a learner starts from. */
export interface Beginning {
  readonly weights: PolicyWeights;
  /** Undefined without EMA. */
  readonly average: Values | undefined;
  readonly optimizer: OptimizerState;
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

/** New weights, a normaliser fitted on the data set. */
export function freshBeginning(spec: PolicySpec, options: TrainOptions, data: TrainingData): Beginning {
  const values = freshValues(spec, options.seed);
  return {
    weights: { values, normalizer: fitted(spec, data) },
    average: options.useEma ? values : undefined,
    optimizer: freshOptimizer(spec),
    kept: {},
    inherits: false,
    position: START,
  };
}

/** The weights of a checkpoint; with `resume` also its moments, counters and position in the run. */
export async function beginningIn(
  file: CheckpointFile,
  spec: PolicySpec,
  options: TrainOptions,
  data: TrainingData,
  resume: boolean,
): Promise<Beginning> {
  const { pickles, stateDicts, optimizer } = file.index;
  const values = await readValues(spec, file, 'model');
  const adaptation = pickles['regrip_adaptation'];
  // The first checkpoint of a run may already hold a refitted normaliser; a resume never changes it.
  const refit = options.regrip.normalizer === 'refit' && !resume;
  // Moments of a finished training say nothing about a new one; those that an adaptation kept on purpose do.
  const goesOn = resume || adaptation !== undefined;
  const hasAverage = stateDicts['ema_model'] !== undefined;
  return {
    position: resume ? readPosition(pickles, optimizer?.state.size ?? 0, options.accumulate) : START,
    weights: { values, normalizer: refit ? fitted(spec, data) : await readNormalizer(spec, file, 'model') },
    average: !options.useEma ? undefined : hasAverage ? await readValues(spec, file, 'ema_model') : values,
    optimizer: goesOn && optimizer !== undefined ? await readOptimizer(spec, file) : freshOptimizer(spec),
    kept: adaptation === undefined ? {} : { regrip_adaptation: adaptation },
    inherits: !resume || adaptation !== undefined,
  };
}

export class Learner {
  private readonly weights: Float32Array | undefined;
  private totalUpdates = 1;
  private refusalTaken = false;
  globalStep: number;
  private updates: number;
  private emaSteps: number;

  private constructor(
    readonly spec: PolicySpec,
    private readonly options: TrainOptions,
    private readonly begin: Beginning,
    readonly trainer: Trainer,
  ) {
    const { regrip } = options;
    if (regrip.lossWeighting === 'high_noise')
      this.weights = highNoiseWeights(alphasCumprod(spec.scheduler), regrip.lossWeightCap);
    ({ globalStep: this.globalStep, updates: this.updates, emaSteps: this.emaSteps } = begin.position);
  }

  static async open(
    engine: Pick<ComputeEngine, 'trainer'>,
    spec: PolicySpec,
    options: TrainOptions,
    begin: Beginning,
  ): Promise<Learner> {
    return new Learner(spec, options, begin, await engine.trainer(setupOf(spec, options, begin)));
  }

  get kept(): PlainMap {
    return this.begin.kept;
  }
  /** The run's position according to the checkpoint. */
  get start(): Position {
    return this.begin.position;
  }
  /** The policy that is evaluated, sampled and deployed: the EMA if there is one. */
  get evaluated(): ComputedPolicy {
    return this.trainer.evaluated;
  }
  /** Micro-batches since the last update, whose gradients wait for the next one and are not saved in checkpoints. */
  get waiting(): number {
    return this.globalStep === 0 ? 0 : (this.globalStep - 1) % this.options.accumulate;
  }
  get nextLearningRate(): number {
    const { optimizer, scheduler, warmupSteps } = this.options;
    const length = { warmupSteps, totalSteps: this.totalUpdates };
    return learningRate(parseSchedule(scheduler), optimizer.learningRate, this.updates, length);
  }

  /** Sets the schedule's length; `batches` is that of the whole epoch, regardless of `max_train_steps`, as upstream counts. */
  plan(batches: number): void {
    this.totalUpdates = Math.floor((batches * this.options.epochs) / this.options.accumulate);
  }

  /** One micro-batch: forward, backward, the update when it is due, the average. Throws `NotFinite` before a bad gradient is used. */
  async step(batch: Batch, epoch: number, index: number): Promise<StepResult> {
    const found = await this.accumulate(batch, epoch, index);
    const { loss } = found;
    if (!Number.isFinite(loss) || !Number.isFinite(found.gradientNorm))
      throw await this.notFinite(found, epoch);
    await this.trainer.keepStatistics();
    if (this.globalStep % this.options.accumulate === 0) {
      await this.trainer.update(this.nextLearningRate);
      this.updates++;
    }
    if (this.begin.average !== undefined)
      await this.trainer.blend(emaDecay(this.emaSteps++, this.options.ema));
    this.globalStep++;
    return { loss, nextLearningRate: this.nextLearningRate };
  }

  /** Only forward and backward. After a load this restores the gradients that wait for their update; their statistics were saved. */
  accumulate(batch: Batch, epoch: number, index: number): Promise<LossFound> {
    return this.trainer.accumulate(batch, this.draws(batch.size, epoch, index));
  }

  /** Why steps are slower than they could be; reported once. */
  takeRefusal(): string | undefined {
    const { refusal } = this.trainer;
    if (refusal === undefined || this.refusalTaken) return undefined;
    this.refusalTaken = true;
    return `a training step could not be compiled into one graph, so steps may take up to twice as long: ${refusal}`;
  }

  position(place: Omit<Position, 'globalStep' | 'updates' | 'emaSteps'>): Position {
    const { globalStep, updates, emaSteps } = this;
    return { ...place, globalStep, updates, emaSteps };
  }

  /** What a checkpoint holds of the policy and its optimizer. */
  async content(): Promise<Required<Pick<CheckpointContent, 'stateDicts' | 'optimizer'>>> {
    const { spec, trainer, begin } = this;
    const dict = (of: 'model' | 'average') =>
      stateDict(spec, (key) => trainer.values(of, key), begin.weights.normalizer);
    return {
      stateDicts: {
        model: dict('model'),
        ...(begin.average === undefined ? {} : { ema_model: dict('average') }),
      },
      optimizer: await optimizerSource(
        begin.optimizer.groups,
        this.options.optimizer,
        this.nextLearningRate,
        trainer,
      ),
    };
  }

  dispose(): void {
    this.trainer.dispose();
  }

  private draws(size: number, epoch: number, index: number): TrainDraws {
    const { seed, regrip } = this.options;
    const drawn = drawLoss(new Stream(seed, 'noise', epoch, index), this.spec, size * regrip.noiseSamples);
    const { weights } = this;
    return {
      ...drawn,
      dropoutSeed: new Stream(seed, 'dropout', epoch, index).uint32(),
      ...(weights === undefined ? {} : { weights: Float32Array.from(drawn.timesteps, (t) => weights[t]!) }),
    };
  }

  private async notFinite({ loss, gradientNorm }: LossFound, epoch: number): Promise<NotFinite> {
    const keys = await this.trainer.badGradients();
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
}

function setupOf(spec: PolicySpec, options: TrainOptions, begin: Beginning): TrainerSetup {
  const { regrip, optimizer, accumulate } = options;
  const { weights, average, kept, inherits } = begin;
  const multiplier = multiplierOf(regrip.lrMultiplier, kept['regrip_adaptation'], inherits);
  const isTrained = ({ key, kind, shape }: ParameterSpec): boolean =>
    kind === 'parameter' && !shape.includes(0) && !(regrip.freezeEncoder && isOfEncoder(spec, key));
  const trained = ownEntries(spec)
    .filter(isTrained)
    .map(({ key }) => key);
  const { moments } = begin.optimizer;
  return {
    spec,
    weights,
    average: average && regrip.freezeEncoder ? withEncoderOf(spec, weights.values, average) : average,
    trained,
    share: 1 / accumulate,
    optimizer,
    ...(multiplier === undefined ? {} : { multiplier }),
    // An earlier training may have moved what stays as it is in this one.
    moments: new Map(trained.flatMap((key) => (moments.has(key) ? [[key, moments.get(key)!]] : []))),
  };
}

/** The average of a constant is that constant, so cached features are valid for both policies. */
function withEncoderOf(spec: PolicySpec, values: Values, average: Values): Values {
  return new Map([...average].map(([key, own]) => [key, isOfEncoder(spec, key) ? values.get(key)! : own]));
}

function fitted(spec: PolicySpec, data: TrainingData): PolicyWeights['normalizer'] {
  return fitNormalizer(spec, (field) => data.columns.get(field)!.values);
}

export function isOfEncoder(spec: PolicySpec, key: string): boolean {
  return familyOfSpec(spec).placeOf(key, spec).part === 'encoder';
}
