/** Arrays of the current backend, changed in place where it supports that: parameters, averages, moments. */
import * as tf from '@tensorflow/tfjs';
import type { DeviceArray } from './deviceArray.js';
import { ResourceArray } from './resourceArray.js';

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

/** For backends whose tensors are immutable: a new tensor replaces the old one. */
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
