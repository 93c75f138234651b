/** The tensors of a policy by PyTorch name, on the backend. */
import * as tf from '@tensorflow/tfjs';
import type { RegripError } from '../../base/errors.js';
import { Stream } from '../../base/streams.js';
import { float32Of, isFloat } from '../../formats/checkpoint/floats.js';
import { countNonFinite, type NonFinite, notFiniteError } from '../../formats/checkpoint/nonFinite.js';
import type { CheckpointFile, TensorInfo } from '../../formats/checkpoint/types.js';
import { familyOfSpec } from '../../judge/policy/families.js';
import { initialValues } from '../../judge/policy/initial.js';
import type { ParameterSpec, PolicySpec } from '../../judge/policy/spec.js';
import { copyOf, deviceArray } from '../backend/arrays.js';
import type { DeviceArray } from '../backend/deviceArray.js';
import { TensorError } from '../tensorError.js';
import { deviceShape, toDevice, toTorch } from './layout.js';

/** Which state dict of a checkpoint. */
export type StateDictName = 'model' | 'ema_model';

interface Entry {
  readonly spec: ParameterSpec;
  /** On the host until the backend first asks, in the backend's order. */
  initial: Float32Array | undefined;
  /** The values from then on. */
  array: DeviceArray | undefined;
  /** What `get` returned since the last change. */
  reading: tf.Tensor | undefined;
}

/**
 * Trainable and buffer tensors by PyTorch name; an alias resolves to its canonical key, the normaliser's are not here.
 * Kernels are held with their axes as the backend wants them. Values move to the backend when they are first used there and change there.
 */
export class ParameterStore {
  private readonly entries: ReadonlyMap<string, Entry>;

  private constructor(
    readonly spec: PolicySpec,
    from: (entry: ParameterSpec) => Pick<Entry, 'initial' | 'array'>,
  ) {
    const own = spec.parameters.filter((entry) => entry.kind !== 'normalizer' && entry.alias === undefined);
    this.entries = new Map(
      own.map((entry) => [entry.key, { spec: entry, reading: undefined, ...from(entry) }]),
    );
  }

  /** A policy as upstream's constructor initializes it: each key draws from its own stream of `seed`. */
  static fresh(spec: PolicySpec, seed: number): ParameterStore {
    const keys = spec.parameters.map((entry) => entry.key);
    const family = familyOfSpec(spec);
    return new ParameterStore(spec, (entry) => {
      const source = new Stream(seed, 'initialisation', keys.indexOf(entry.key));
      const values = initialValues(family.initialRule(entry, spec), entry.shape, source);
      return { initial: toDevice(values, entry), array: undefined };
    });
  }

  /** Reads every tensor. Throws `state-dict` naming the first key that is missing or has another shape, `checkpoint-not-finite`. */
  static async load(spec: PolicySpec, file: CheckpointFile, dict: StateDictName): Promise<ParameterStore> {
    const wanted = spec.parameters.filter(
      (entry) => entry.kind !== 'normalizer' && entry.alias === undefined,
    );
    const loaded = new Map<string, Float32Array>();
    const bad: NonFinite[] = [];
    for (const entry of wanted) {
      const values = await readTensor(file, dict, entry);
      const count = countNonFinite(bytesOf(values), 'float32', entry.key);
      if (count > 0) bad.push({ key: `${dict}.${entry.key}`, count });
      loaded.set(entry.key, values);
    }
    if (bad.length > 0) throw notFiniteError(file.index.path, bad);
    return new ParameterStore(spec, (entry) => ({
      initial: toDevice(loaded.get(entry.key)!, entry),
      array: undefined,
    }));
  }

  /** Canonical keys in the order of the state dict. */
  keys(): string[] {
    return [...this.entries.keys()];
  }

  /** Canonical keys with at least one element. */
  filled(): string[] {
    return this.keys().filter((key) => !this.entry(key).spec.shape.includes(0));
  }

  /** Canonical keys that have gradients: parameters with at least one element. */
  trainable(): string[] {
    return this.filled().filter((key) => this.entry(key).spec.kind === 'parameter');
  }

  /** The values as the backend's tensor, owned by this store and valid until the next change. */
  get(key: string): tf.Tensor {
    const entry = this.entry(key);
    entry.reading ??= tf.keep(arrayOf(entry).read());
    return entry.reading;
  }

  /** For a change in place; tensors that `get` returned before are invalid afterwards. */
  writable(key: string): DeviceArray {
    const entry = this.entry(key);
    release(entry);
    return arrayOf(entry);
  }

  /** Replaces the values, given in the backend's order. */
  set(key: string, values: Float32Array): void {
    const entry = this.entry(key);
    release(entry);
    entry.array?.dispose();
    entry.array = undefined;
    entry.initial = values;
  }

  /** A copy of the values, in the backend's order. */
  async values(key: string): Promise<Float32Array> {
    const { initial, array } = this.entry(key);
    return array === undefined ? initial!.slice() : hostCopy(array);
  }

  /** Float32 bytes in the state dict's layout, for the writer. */
  async torchBytes(key: string): Promise<Uint8Array> {
    const values = await this.values(key);
    return new Uint8Array(toTorch(values, this.entry(key).spec).buffer);
  }

  /** An independent store with the same values. */
  clone(): ParameterStore {
    return new ParameterStore(this.spec, ({ key }) => {
      const { initial, array } = this.entry(key);
      return { initial: initial?.slice(), array: array === undefined ? undefined : copyOf(array) };
    });
  }

  /** Frees the backend's arrays; the store must not be used afterwards. */
  dispose(): void {
    for (const entry of this.entries.values()) {
      release(entry);
      entry.array?.dispose();
      entry.array = undefined;
    }
  }

  private entry(key: string): Entry {
    const entry = this.entries.get(key) ?? this.entries.get(this.canonical(key));
    if (entry !== undefined) return entry;
    throw new TensorError({ code: 'state-dict', message: `the policy does not have the parameter ${key}` });
  }

  private canonical(key: string): string {
    return this.spec.parameters.find((entry) => entry.key === key)?.alias ?? key;
  }
}

/** Float32 values of one tensor in the state dict's layout; `state-dict` when it is absent or different. */
export async function readTensor(
  file: CheckpointFile,
  dict: StateDictName,
  wanted: ParameterSpec,
): Promise<Float32Array> {
  const info = file.index.stateDicts[dict]?.find(({ key }) => key === wanted.key);
  if (info === undefined) throw unusable(file, `${dict} has no ${wanted.key}`);
  if (!isFloat(info.dtype) || info.shape.join() !== wanted.shape.join()) {
    throw unusable(file, `${dict}.${wanted.key} is ${shown(info)}, expected ${shown(wanted)}`);
  }
  return float32Of(await file.read(info), info.dtype).slice();
}

function shown({ dtype, shape }: Pick<TensorInfo, 'dtype' | 'shape'>): string {
  return `${dtype} [${shape.join(', ')}]`;
}

function unusable(file: CheckpointFile, message: string): RegripError {
  return new TensorError({
    code: 'state-dict',
    file: file.index.path,
    message,
    hint: 'The config and the checkpoint describe different policies; adapt the checkpoint, or use its own config.',
  });
}

function arrayOf(entry: Entry): DeviceArray {
  entry.array ??= deviceArray(entry.initial!, deviceShape(entry.spec));
  entry.initial = undefined;
  return entry.array;
}

function release(entry: Entry): void {
  entry.reading?.dispose();
  entry.reading = undefined;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Waits for the backend. */
export async function hostCopy(array: DeviceArray): Promise<Float32Array> {
  const tensor = array.read();
  try {
    return await tensor.data<'float32'>();
  } finally {
    tensor.dispose();
  }
}
