/** The tensors of a policy by PyTorch name: values on the host, which are the truth, and variables of the backend. */
import * as tf from '@tensorflow/tfjs';
import { RegripError } from '../base/errors.js';
import { Stream } from '../base/streams.js';
import type { CheckpointFile, TensorInfo } from '../formats/checkpoint/types.js';
import { deviceShape, toDevice, toTorch } from './layout.js';
import type { ParameterSpec, PolicySpec } from './spec.js';
import { initialRule, initialValues } from './specInitial.js';

/** Which state dict of a checkpoint. */
export type StateDictName = 'model' | 'ema_model';

interface Entry {
  readonly spec: ParameterSpec;
  /** Convolution kernels as (kh,kw,in,out), all else as in the state dict. */
  readonly values: Float32Array;
  variable: tf.Variable | undefined;
  /** The variable lags behind `values`. */
  stale: boolean;
}

/**
 * Trainable and buffer tensors by PyTorch name; an alias resolves to its canonical key, the normaliser's are not here.
 * Convolution kernels are held as (kh,kw,in,out). The optimizer and the average write `values` and mark them changed;
 * `get` brings the backend up to date, so that an average that nobody evaluates costs no transfer.
 */
export class ParameterStore {
  private readonly entries: ReadonlyMap<string, Entry>;

  private constructor(
    readonly spec: PolicySpec,
    valuesOf: (entry: ParameterSpec) => Float32Array,
  ) {
    const own = spec.parameters.filter((entry) => entry.kind !== 'normalizer' && entry.alias === undefined);
    this.entries = new Map(
      own.map((entry) => [
        entry.key,
        { spec: entry, values: valuesOf(entry), variable: undefined, stale: true },
      ]),
    );
  }

  /** A policy as upstream's constructor makes it: each key draws from its own stream of `seed`. */
  static fresh(spec: PolicySpec, seed: number): ParameterStore {
    const keys = spec.parameters.map((entry) => entry.key);
    return new ParameterStore(spec, (entry) => {
      const source = new Stream(seed, 'initialisation', keys.indexOf(entry.key));
      return toDevice(initialValues(initialRule(spec, entry), entry.shape, source), entry.shape);
    });
  }

  /** Reads every tensor. Throws `state-dict` naming the first key that is missing or has another shape. */
  static async load(spec: PolicySpec, file: CheckpointFile, dict: StateDictName): Promise<ParameterStore> {
    const wanted = spec.parameters.filter(
      (entry) => entry.kind !== 'normalizer' && entry.alias === undefined,
    );
    const loaded = new Map<string, Float32Array>();
    for (const entry of wanted) loaded.set(entry.key, await readTensor(file, dict, entry));
    return new ParameterStore(spec, (entry) => toDevice(loaded.get(entry.key)!, entry.shape));
  }

  /** Canonical keys in the order of the state dict. */
  keys(): string[] {
    return [...this.entries.keys()];
  }

  /** Canonical keys that a gradient exists for: parameters with at least one element. */
  trainable(): string[] {
    return this.keys().filter((key) => {
      const { spec, values } = this.entry(key);
      return spec.kind === 'parameter' && values.length > 0;
    });
  }

  /** The backend's variable, brought up to date. */
  get(key: string): tf.Variable {
    const entry = this.entry(key);
    if (entry.stale || entry.variable === undefined) upload(entry);
    return entry.variable!;
  }

  /** The values on the host, in the backend's order; call `changed` after writing to them. */
  values(key: string): Float32Array {
    return this.entry(key).values;
  }

  changed(key: string): void {
    this.entry(key).stale = true;
  }

  /** Float32 bytes in the state dict's layout, for the writer. */
  async torchBytes(key: string): Promise<Uint8Array> {
    const { values, spec } = this.entry(key);
    const torch = toTorch(values, spec.shape);
    return new Uint8Array(torch.slice().buffer);
  }

  clone(): ParameterStore {
    return new ParameterStore(this.spec, (entry) => this.values(entry.key).slice());
  }

  /** Takes the values of a store of the same policy. */
  copyFrom(other: ParameterStore): void {
    for (const key of this.keys()) {
      this.values(key).set(other.values(key));
      this.changed(key);
    }
  }

  /** Frees the backend's variables; they come back when asked for. */
  dispose(): void {
    for (const entry of this.entries.values()) {
      entry.variable?.dispose();
      entry.variable = undefined;
    }
  }

  private entry(key: string): Entry {
    const entry = this.entries.get(key) ?? this.entries.get(this.canonical(key));
    if (entry !== undefined) return entry;
    throw new RegripError({ code: 'state-dict', message: `the policy has no parameter ${key}` });
  }

  private canonical(key: string): string {
    return this.spec.parameters.find((entry) => entry.key === key)?.alias ?? key;
  }
}

/** Float32 values of one tensor in the state dict's layout; `state-dict` when it is absent or another. */
export async function readTensor(
  file: CheckpointFile,
  dict: StateDictName,
  wanted: ParameterSpec,
): Promise<Float32Array> {
  const info = file.index.stateDicts[dict]?.find(({ key }) => key === wanted.key);
  if (info === undefined) throw unusable(file, `${dict} has no ${wanted.key}`);
  if (info.dtype !== 'float32' || info.shape.join() !== wanted.shape.join()) {
    throw unusable(file, `${dict}.${wanted.key} is ${shown(info)}, expected ${shown(wanted)}`);
  }
  const bytes = await file.read(info);
  return new Float32Array(bytes.slice().buffer);
}

function shown({ dtype, shape }: Pick<TensorInfo, 'dtype' | 'shape'>): string {
  return `${dtype} [${shape.join(', ')}]`;
}

function unusable(file: CheckpointFile, message: string): RegripError {
  return new RegripError({
    code: 'state-dict',
    file: file.index.path,
    message,
    hint: 'The config and the checkpoint belong to different policies; adapt the checkpoint, or use its own config.',
  });
}

function upload(entry: Entry): void {
  tf.tidy(() => {
    // A backend that takes the array as it is and uploads it on first use then uploads newer values, which is as good.
    const value = tf.tensor(entry.values, deviceShape(entry.spec.shape), 'float32');
    if (entry.variable === undefined) entry.variable = tf.variable(value, entry.spec.kind === 'parameter');
    else entry.variable.assign(value);
  });
  entry.stale = false;
}
