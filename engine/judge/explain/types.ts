/** What is asked about a key of a checkpoint, and the answer: what it is, what the file and the config say, what an adaptation does. */
import type { PlainMap } from '../../base/plain.js';
import type { Written } from '../../config/origin.js';
import type { Provenance } from '../../config/provenance.js';
import type { CheckpointIndex } from '../../formats/checkpoint/types.js';
import type { DataSetHeaders } from '../../formats/dataSet.js';
import type { MapEntries } from '../adapt/mapEntry.js';

/** The training that a key is judged against; a survey of its config is one. */
export interface ExplainTarget extends Written {
  readonly primary: string;
  readonly overrides: readonly string[];
  readonly resolved: PlainMap;
}

/** What is known; either may be missing. */
export interface ExplainFacts {
  readonly index?: CheckpointIndex;
  readonly target?: ExplainTarget;
  /** Old observation key → new one, as the adaptation would be told. */
  readonly rename?: ReadonlyMap<string, string>;
  /** Which old dimensions the new ones continue, as the adaptation would be told. */
  readonly map?: MapEntries;
  /** Of the target's data set, which may say how rotations are written. */
  readonly columns?: DataSetHeaders['columns'] | undefined;
}

export interface AskedKey {
  readonly key: string;
  /** By default the one that an adaptation starts from: `ema_model`, else `model`. */
  readonly stateDict?: string;
  /** What a message says of it, which counts more than what the checkpoint and the config say. */
  readonly told?: {
    readonly file?: readonly number[] | 'absent';
    readonly expected?: readonly number[] | 'absent';
  };
}

export interface FileTensor {
  readonly shape: readonly number[];
  /** Unknown where only a message was read. */
  readonly dtype?: string;
  /** Other keys of the state dict that are the same tensor; at most 8. */
  readonly aliases: readonly string[];
}

/** A config value behind a dimension. */
export interface ConfigSource {
  /** Dotted, as the policy reads it. */
  readonly path: string;
  /** Dotted, where it is written behind the interpolations. */
  readonly writtenAs?: string;
  /** Absent where nothing is written and upstream's default counts. */
  readonly place?: Provenance;
}

export interface DimensionExplanation {
  readonly size: number;
  readonly meaning: string;
  readonly parts?: string;
  /** Empty where the architecture sets it. */
  readonly setBy: readonly ConfigSource[];
}

export interface ExpectedTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly dimensions: readonly DimensionExplanation[];
}

/** What `regrip adapt` would do with the key, told by its plan for the strategy `transplant`. */
export interface AdaptFate {
  readonly fate: 'copied' | 'widened' | 'initialised' | 'dropped' | 'refused';
  /** Where the old weights come from, when it is another state dict than the one that was asked about. */
  readonly stateDict?: string;
  readonly from?: readonly number[];
  readonly to?: readonly number[];
  /** The name in the old file, where it is another one. */
  readonly renamedFrom?: string;
  /** The name in the new policy, where it is another one. */
  readonly renamedTo?: string;
  /** What the new part, or all of it, gets: `new column 7: zero`. */
  readonly gets?: string;
  readonly why?: string;
  /** Why the call would stop all the same, unless `--allow-drop` is given. */
  readonly objection?: string;
}

type Verdict = 'same' | 'differs' | 'only in file' | 'only expected' | 'not compared';

export interface KeyExplanation {
  readonly key: string;
  /** Absent where no checkpoint was looked at. */
  readonly stateDict?: string;
  readonly meaning: string;
  readonly file: FileTensor | 'absent' | 'not looked at';
  readonly expected: ExpectedTensor | 'not in this policy' | 'unknown';
  readonly verdict: Verdict;
  readonly adaptFate?: AdaptFate;
  /** What the verdict comes from. */
  readonly why: string;
  /** What to do; a call can be typed as it stands. */
  readonly fix?: string;
}

/** What a table of many keys shows of each. */
export interface KeyGlance {
  readonly key: string;
  readonly file: FileTensor | undefined;
  /** The shape in the target's policy. */
  readonly expected: readonly number[] | undefined;
  readonly verdict: Verdict;
  readonly adaptFate?: Pick<AdaptFate, 'fate' | 'gets'>;
}
