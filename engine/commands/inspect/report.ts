/** What `inspect --json` prints. */
import type { PlainMap } from '../../base/plain.js';
import type { NonFinite } from '../../formats/checkpoint/nonFinite.js';
import type { GlobalCounts } from '../../formats/pickle/globals.js';

/** One tensor in the JSON. */
export interface TensorReport {
  readonly shape: readonly number[];
  readonly dtype: string;
  /** The first key that views the same elements. */
  readonly aliases?: string;
  /** Of the contiguous C-order little-endian bytes. */
  readonly sha256?: string;
}

export interface InspectReport {
  /** What the file is, where no training of upstream's saved it. */
  readonly form?: string;
  readonly stateDicts: Readonly<Record<string, Readonly<Record<string, TensorReport>>>>;
  /** `params` of a group are indices; `stateEntries` counts the parameters that have moments. */
  readonly optimizer?: { readonly paramGroups: readonly PlainMap[]; readonly stateEntries: number };
  readonly pickles: PlainMap;
  readonly config: PlainMap | null;
  /** Tensors that hold NaN or infinity, and how many; absent where the values were not read. */
  readonly nonFinite?: readonly NonFinite[];
  /** Names in the file's pickles that a checkpoint never needs, such as `os.system`; absent when there are none. */
  readonly unexpectedGlobals?: readonly string[];
  /** How many there are in all: the dangerous ones are first in the list, which keeps a thousand of the others. */
  readonly unexpectedCounts?: GlobalCounts;
}
