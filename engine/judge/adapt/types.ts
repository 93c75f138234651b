/** The plan of an adaptation: what becomes of each key. Judged from headers and configs, before a tensor is read. */
import type { PlainMap } from '../../base/plain.js';
import type { CheckpointIndex, TensorInfo, TorchDtype } from '../../formats/checkpoint/types.js';
import type { DimensionRange } from '../policy/dimensions.js';
import type { InitialRule } from '../policy/initial.js';
import type { Statistic } from '../policy/normalizer.js';
import type { PolicySpec } from '../policy/spec.js';
import type { DimensionMap } from './dimensionMap.js';
import type { MapEntries } from './mapEntry.js';

export type Strategy = 'transplant' | 'reinit';
export type Weights = 'ema' | 'model';
export type Moments = 'widen' | 'reset';

export interface AdaptOptions {
  /** `transplant` keeps the rows and columns of the old action dimensions, `reinit` draws the action layers anew. */
  readonly strategy: Strategy;
  /** Which old weights both the model and its EMA start from. */
  readonly weights: Weights;
  /** The optimizer's moments. */
  readonly moments: Moments;
  /** Losing something of the old policy is allowed. */
  readonly allowDrop: boolean;
  /** Old observation key → new one. */
  readonly rename: ReadonlyMap<string, string>;
  /** What the entries of the new action and observations continue; names and places tell the rest. */
  readonly map?: MapEntries;
}

/** What an adaptation does unless it is told otherwise. */
export const TRANSPLANT: AdaptOptions = {
  strategy: 'transplant',
  weights: 'ema',
  moments: 'widen',
  allowDrop: false,
  rename: new Map(),
};

/** What an adaptation is planned from; `old` and `spec` describe the policies, `newConfig` the training (resolved). */
export interface PlanInput {
  readonly index: CheckpointIndex;
  readonly old: PolicySpec;
  readonly spec: PolicySpec;
  readonly newConfig: PlainMap;
  readonly options: AdaptOptions;
}

/** Values for entries that the old checkpoint does not have. */
export type Fill =
  | InitialRule
  /** One statistic of `field`, fitted on the new data set's array of that name. */
  | { readonly kind: 'fitted'; readonly field: string; readonly statistic: Statistic };

interface Target {
  readonly key: string;
  readonly shape: readonly number[];
  /** As it is written: the old tensor's own, so that nothing that is kept is rounded. */
  readonly dtype: TorchDtype;
  /** The earlier key that is the same tensor; nothing is written for it. */
  readonly alias?: string;
}

export type KeyPlan = Target &
  (
    | { readonly fate: 'copied'; readonly source: TensorInfo }
    | {
        readonly fate: 'widened';
        readonly source: TensorInfo;
        readonly axis: number;
        /** For each new index along `axis` the old one, or null where the entry is new. */
        readonly from: readonly (number | null)[];
        readonly fill: Fill;
        /** What stands where along it, where that has names. */
        readonly names?: readonly DimensionRange[];
      }
    | { readonly fate: 'initialised'; readonly fill: Fill; readonly why: string }
  );

/** Something of the old policy that the new one does not keep. */
export interface Loss {
  readonly key: string;
  readonly what: string;
}

/** One parameter's moments, by its index in the new optimizer. */
export interface MomentPlan {
  readonly index: number;
  readonly step: number;
  readonly expAvg: KeyPlan;
  readonly expAvgSq: KeyPlan;
}

export interface AdaptPlan {
  readonly strategy: Strategy;
  readonly weights: Weights;
  readonly oldActionDim: number;
  readonly newActionDim: number;
  /** The action first, then the observations that continue one. */
  readonly dimensions: readonly DimensionMap[];
  /** In the order of the new state dict. */
  readonly keys: readonly KeyPlan[];
  /** Keys of the old state dict of which nothing is kept. */
  readonly dropped: readonly string[];
  readonly losses: readonly Loss[];
  /** Why the adapted policy does not begin as the old one although nothing is lost; each a whole sentence. */
  readonly remarks?: readonly string[];
  readonly optimizer: { readonly paramGroups: readonly PlainMap[]; readonly moments: readonly MomentPlan[] };
  /** State dicts to write, each from the same old weights. */
  readonly stateDicts: readonly ('model' | 'ema_model')[];
  /** Arrays of the data set that must be fitted. */
  readonly fittedFields: readonly string[];
  /** Normaliser fields that are kept, whole or in part; images are not among them. */
  readonly keptFields: readonly string[];
  /** Normaliser fields of which only the training's data set class has the values. */
  readonly derivedFields: readonly string[];
  /** Old observation key → new one, where a renaming would keep more. */
  readonly suggestedRenames: ReadonlyMap<string, string>;
}
