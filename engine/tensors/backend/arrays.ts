/** Arrays of the current backend that change in place where it can do that: parameters, averages, moments. */
import * as tf from '@tensorflow/tfjs';
import { ResourceArray } from './resourceArray.js';

export interface DeviceArray {
  readonly shape: readonly number[];
  /** The values as they are now, (shape); the caller disposes of the tensor, at best before the next change. */
  read(): tf.Tensor;
  assign(values: tf.Tensor): void;
  /** this -= scale · delta */
  subtract(delta: tf.Tensor, scale: number): void;
  /** Adam's two moments and the step in one pass, where the backend has it as one kernel. */
  readonly applyAdam?: (moments: AdamMoments, gradient: tf.Tensor, constants: AdamConstants) => void;
  dispose(): void;
}

export interface AdamMoments {
  readonly mean: DeviceArray;
  readonly square: DeviceArray;
}

/** m ← β1 m + (1-β1) g, v ← β2 v + (1-β2) g², value ← value - rate · m / (√v + ε); bias corrections are in rate and ε. */
export class AdamConstants {
  /** 0, rate, β1, β2, ε on the backend, for all parameters that share them; they end with the tidy around. */
  readonly scalars: readonly tf.Scalar[];

  constructor(
    readonly beta1: number,
    readonly beta2: number,
    readonly rate: number,
    readonly eps: number,
  ) {
    this.scalars = [0, rate, beta1, beta2, eps].map((value) => tf.scalar(value));
  }
}

/** Copies `values` (shape, float32) to the current backend. */
export function deviceArray(values: Float32Array, shape: readonly number[]): DeviceArray {
  const tensor = tf.tensor(values, [...shape], 'float32');
  try {
    return tf.getBackend() === 'tensorflow' ? new ResourceArray(tensor) : new ReplacedArray(tensor);
  } finally {
    tensor.dispose();
  }
}

export function copyOf(array: DeviceArray): DeviceArray {
  const values = array.read();
  try {
    return tf.getBackend() === 'tensorflow' ? new ResourceArray(values) : new ReplacedArray(values);
  } finally {
    values.dispose();
  }
}

/** For backends whose tensors never change: a new tensor takes the old one's place. */
class ReplacedArray implements DeviceArray {
  private current: tf.Tensor;

  constructor(values: tf.Tensor) {
    this.current = tf.keep(values.clone());
  }

  get shape(): readonly number[] {
    return this.current.shape;
  }

  read(): tf.Tensor {
    return this.current.clone();
  }

  assign(values: tf.Tensor): void {
    const next = tf.keep(values.clone());
    this.current.dispose();
    this.current = next;
  }

  subtract(delta: tf.Tensor, scale: number): void {
    tf.tidy(() => this.assign(tf.sub(this.current, tf.mul(delta, scale))));
  }

  dispose(): void {
    this.current.dispose();
  }
}
