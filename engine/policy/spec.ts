/** The policy that a config describes: hyper-parameters, and every key and shape of its state dict. No tensors. */
import type { PlainMap } from '../base/plain.js';

export interface ObservationSpec {
  readonly key: string;
  readonly type: 'rgb' | 'low_dim';
  /** (C,H,W) of an image, (D) of a low-dimensional observation. */
  readonly shape: readonly number[];
}

export interface SchedulerSpec {
  readonly trainTimesteps: number;
  readonly betaStart: number;
  readonly betaEnd: number;
  readonly betaSchedule: string;
  readonly clipSample: boolean;
  readonly predictionType: 'epsilon' | 'sample' | 'v_prediction';
  readonly varianceType: string;
}

/** One entry of the state dict. */
export interface ParameterSpec {
  readonly key: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32';
  /** `parameter` is trained, `buffer` is not (masks, positions), `normalizer` is fitted on the data. */
  readonly kind: 'parameter' | 'buffer' | 'normalizer';
  /** The earlier key that is the same tensor. */
  readonly alias?: string;
}

export interface PolicySpec {
  readonly actionDim: number;
  /** In the order of `shape_meta.obs`. */
  readonly observations: readonly ObservationSpec[];
  readonly horizon: number;
  readonly obsSteps: number;
  readonly actionSteps: number;
  readonly cropShape: readonly [number, number];
  readonly layers: number;
  readonly condLayers: number;
  readonly heads: number;
  readonly embedding: number;
  readonly dropEmbedding: number;
  readonly dropAttention: number;
  readonly causalAttention: boolean;
  readonly timeAsCond: boolean;
  readonly obsAsCond: boolean;
  readonly inferenceSteps: number;
  readonly scheduler: SchedulerSpec;
  /** Width of the encoder's output, concatenated in the order of `observations`. */
  readonly obsFeatureDim: number;
  /** Every key in the order of upstream's state dict. */
  readonly parameters: readonly ParameterSpec[];
}

/** `resolved` is a whole resolved training config (its `policy`, `shape_meta` and horizons are read). */
export type PolicySpecOf = (resolved: PlainMap) => PolicySpec;
