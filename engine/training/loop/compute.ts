/** What computes a policy: tensors of an engine, behind plain arrays. Every random number comes from outside, so any two that compute the same thing train alike. */
import type { PlainMap } from '../../base/plain.js';
import type { OptimizerSettings } from '../../judge/policy/family.js';
import type { ParameterSpec, PolicySpec } from '../../judge/policy/spec.js';
import type { TorchPlace } from '../../wire/workerMessages.js';
import type { Batch, Crop } from './batches.js';
import type { PolicyWeights } from './weights.js';

/** One opened engine on one device. */
export interface ComputeEngine {
  /** Name, version and device, for a person. */
  readonly device: string;
  /** Why it is slower than it could be, if it is. */
  readonly note?: string;
  /** Throws `policy-not-computed` where it is only judged here. */
  requireComputed(spec: PolicySpec): void;
  /** The policy with what trains it. */
  trainer(setup: TrainerSetup): Promise<Trainer>;
  /** A finished policy, to be measured. */
  policy(spec: PolicySpec, weights: PolicyWeights): Promise<ComputedPolicy>;
}

export interface EngineRequest {
  /** `regrip.backend`, or what a command says instead. */
  readonly backend: string;
  /** The whole config, resolved. */
  readonly config: PlainMap;
  readonly torch?: TorchPlace | undefined;
}

export type OpenEngine = (request: EngineRequest) => Promise<ComputeEngine>;

/** In evaluation mode: nothing is dropped. */
export interface ComputedPolicy {
  /** The training loss of a batch. */
  loss(batch: Batch, draws: LossDraws): Promise<number>;
  /** Actions of all steps of the trajectory, (B,T,D) in raw units. */
  sample(batch: Batch, call: SampleCall): Promise<Float32Array>;
  dispose(): void;
}

export interface LossDraws {
  /** Of the trajectory, (B·n,T,W), n times for the same batch. */
  readonly noise: Float32Array;
  /** (B·n) */
  readonly timesteps: Int32Array;
}

export interface TrainDraws extends LossDraws {
  readonly dropoutSeed: number;
  /** A factor on the loss of each sample, (B·n). */
  readonly weights?: Float32Array;
}

export type SamplingMethod = 'ddpm' | 'ddim';

interface SampleCall {
  readonly method: SamplingMethod;
  readonly steps: number;
  /** Draw 0 starts the trajectory, the others are DDPM's noise in order; (B,T,W). */
  readonly noise: (draw: number) => Float32Array;
}

export interface TrainerSetup {
  readonly spec: PolicySpec;
  readonly weights: PolicyWeights;
  /** Where the moving average starts; undefined without one. Its normaliser is that of `weights`. */
  readonly average: ReadonlyMap<string, Float32Array> | undefined;
  /** Canonical keys that are trained. */
  readonly trained: readonly string[];
  /** Of each micro-batch's gradients in an update: 1 / micro-batches. */
  readonly share: number;
  readonly optimizer: OptimizerSettings;
  /** A factor on the learning rate (including decay): one per parameter, or one per element in the state dict's layout. */
  readonly multiplier?: (entry: ParameterSpec) => number | Float32Array;
  /** By canonical key, of those trained ones that were updated before. */
  readonly moments: ReadonlyMap<string, Moments>;
}

/** AdamW's state of one parameter, in the state dict's layout. */
export interface Moments {
  readonly step: number;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

export interface LossFound {
  /** Unscaled and unweighted by the share. */
  readonly loss: number;
  /** L2 norm of this micro-batch's scaled gradients over all parameters; not finite where one of them is not. */
  readonly gradientNorm: number;
}

export interface Trainer {
  /** The policy that is evaluated, sampled and deployed: the moving average if there is one. */
  readonly evaluated: ComputedPolicy;
  /** Why steps are slower than they could be, once known. */
  readonly refusal: string | undefined;
  /** Forward and backward; gradients add to those that wait for an update. */
  accumulate(batch: Batch, draws: TrainDraws): Promise<LossFound>;
  /** Moves the running statistics of BatchNorms that are trained on by the last micro-batch; `accumulate` alone leaves them as they are. */
  keepStatistics(): Promise<void>;
  /** Keys of waiting gradients with NaN or an infinity, the last layers first. */
  badGradients(): Promise<readonly string[]>;
  /** AdamW (Loshchilov and Hutter 2019) with the waiting gradients, which are gone then. A key without one stays as it is, as in PyTorch. */
  update(learningRate: number): Promise<void>;
  /** average ← average - (1 - decay) (average - values), over the trained keys; BatchNorms are copied, with their statistics. */
  blend(decay: number): Promise<void>;
  /** One camera's frames (n,H,W,C), each crop of all of them: features (n,width) each. */
  encodeFrames(camera: string, frames: Uint8Array, crops: readonly Crop[]): Promise<Float32Array[]>;
  /** Of a canonical key that is not the normaliser's, in the state dict's layout. */
  values(of: 'model' | 'average', key: string): Promise<Float32Array>;
  /** Updates by canonical key, of those that had any. */
  steps(): Promise<ReadonlyMap<string, number>>;
  moment(key: string, which: 'mean' | 'square'): Promise<Float32Array>;
  dispose(): void;
}
