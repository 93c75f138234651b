/** The content of a policy checkpoint as values: what a reader lists and what a writer is given. */
import type { Plain, PlainMap } from '../../base/plain.js';
import type { GlobalCounts } from '../pickle/globals.js';

/** torch's names without `torch.`: float32, bfloat16, int64, bool, float8_e4m3fn … */
export type TorchDtype = string;

/** One tensor of a state dict as the headers describe it; its bytes are not read yet. */
export interface TensorInfo {
  readonly key: string;
  readonly shape: readonly number[];
  readonly dtype: TorchDtype;
  /** In elements, as torch has it. */
  readonly stride: readonly number[];
  /** First element within the storage. */
  readonly storageOffset: number;
  /** Name of the storage record (`archive/data/<storage>`). */
  readonly storage: string;
  /** The first key of the same state dict that views the same elements, when this is not it. */
  readonly alias?: string;
}

/** AdamW as `torch.optim.AdamW.state_dict()` lists it. */
export interface OptimizerInfo {
  /** Hyper-parameters as torch saved them, `params` as indices into all parameters of the optimizer in order. */
  readonly paramGroups: readonly PlainMap[];
  /** Moments by parameter index; `step` is a float tensor or a number in the file. */
  readonly state: ReadonlyMap<
    number,
    { readonly step: number; readonly expAvg: TensorInfo; readonly expAvgSq: TensorInfo }
  >;
}

/** A file that holds a policy's weights in another layout than upstream's trainings. */
export interface CheckpointForm {
  readonly kind: 'state-dict' | 'lightning' | 'wrapped' | 'robomimic' | 'safetensors' | 'lerobot';
  /** As a message names it: `a bare state dict`. */
  readonly text: string;
  /** The file of the weights, where the path is a folder's. */
  readonly weights?: string;
}

export interface CheckpointIndex {
  readonly path: string;
  /** Absent for the checkpoint of a training; otherwise `stateDicts` has upstream's names for what the file keeps elsewhere. */
  readonly form?: CheckpointForm;
  /** `model`, `ema_model` … every state dict that is a flat map of tensors, keys in file order. */
  readonly stateDicts: Readonly<Record<string, readonly TensorInfo[]>>;
  readonly optimizer: OptimizerInfo | undefined;
  /** `global_step`, `epoch`, `_output_dir` …, unpacked from their dill bytes. */
  readonly pickles: PlainMap;
  /** The training config with its interpolations as text; undefined where the file has none. */
  readonly config: PlainMap | undefined;
  /**
   * Globals that data.pkl and the pickles inside it name although a checkpoint needs none such (`os.system`): loading the file in
   * Python would import or call them. Nothing is run here. Dangerous ones come first; of the others a thousand are kept.
   */
  readonly unexpectedGlobals: readonly string[];
  /** How many there are in all; absent where the list is complete and nothing in it was judged. */
  readonly unexpectedCounts?: GlobalCounts;
}

/** A checkpoint opened for reading. Tensors are read one at a time. */
export interface CheckpointFile {
  readonly index: CheckpointIndex;
  /** Contiguous C-order little-endian bytes of one tensor, whatever its strides. */
  read(tensor: TensorInfo): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Reads tensors of any size. */
export interface TensorBlocks {
  /**
   * The elements that `read` gives, each once, little-endian, a few megabytes at a time, in the order in which a strided view is
   * cheapest to read: for what counts or sums them.
   */
  blocks(tensor: TensorInfo): AsyncGenerator<Uint8Array>;
}

/** A tensor to write. `read` is called once, when its turn comes, so only one tensor is in memory at a time. */
export interface TensorSource {
  readonly key: string;
  readonly shape: readonly number[];
  readonly dtype: TorchDtype;
  /** A key of the same state dict that was given before: the same storage is written once and shared. */
  readonly alias?: string;
  /** Contiguous C-order little-endian bytes; not called for an alias. */
  readonly read: () => Promise<Uint8Array> | Uint8Array;
}

export interface OptimizerSource {
  readonly paramGroups: readonly PlainMap[];
  readonly state: ReadonlyMap<
    number,
    { readonly step: number; readonly expAvg: TensorSource; readonly expAvgSq: TensorSource }
  >;
}

export interface CheckpointContent {
  /** Written as an OmegaConf DictConfig over plain data, interpolations as their text. */
  readonly config: PlainMap;
  readonly stateDicts: Readonly<Record<string, readonly TensorSource[]>>;
  /** Written as `state_dicts.optimizer`. */
  readonly optimizer?: OptimizerSource;
  /** Each becomes dill bytes. */
  readonly pickles: Readonly<Record<string, Plain>>;
}
