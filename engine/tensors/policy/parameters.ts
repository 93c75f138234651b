/** The tensors of a policy by PyTorch name, on the backend. */
import * as tf from '@tensorflow/tfjs';
import type { ParameterSpec, PolicySpec } from '../../judge/policy/spec.js';
import { ownEntries, type Values } from '../../training/loop/weights.js';
import { TrainingError } from '../../training/trainingError.js';
import { deviceArray } from '../backend/arrays.js';
import type { DeviceArray } from '../backend/deviceArray.js';
import { deviceCopy, deviceShape, toTorch } from './layout.js';

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

  /** `values` by canonical key, in the state dict's layout; they are not changed. */
  constructor(
    readonly spec: PolicySpec,
    values: Values,
  ) {
    const entries = ownEntries(spec).map((entry): [string, Entry] => {
      const initial = deviceCopy(values.get(entry.key)!, entry);
      return [entry.key, { spec: entry, initial, array: undefined, reading: undefined }];
    });
    this.entries = new Map(entries);
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

  /** A copy in the state dict's layout. */
  async torchValues(key: string): Promise<Float32Array> {
    return toTorch(await this.values(key), this.entry(key).spec);
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
    throw new TrainingError({ code: 'state-dict', message: `the policy does not have the parameter ${key}` });
  }

  private canonical(key: string): string {
    return this.spec.parameters.find((entry) => entry.key === key)?.alias ?? key;
  }
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

/** Waits for the backend. */
export async function hostCopy(array: DeviceArray): Promise<Float32Array> {
  const tensor = array.read();
  try {
    return await tensor.data<'float32'>();
  } finally {
    tensor.dispose();
  }
}
