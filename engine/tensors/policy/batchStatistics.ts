/** What the BatchNorms of a policy measure of one batch in training mode, and what becomes of their running statistics by it. */
import * as tf from '@tensorflow/tfjs';
import { RUNNING } from '../../judge/policy/batchNorm.js';
import type { ParameterStore } from './parameters.js';

const MOMENTUM = 0.1; // PyTorch's default

export class BatchStatistics {
  private readonly next = new Map<string, tf.Tensor>();

  constructor(private readonly params: Pick<ParameterStore, 'get'>) {}

  /** `mean` and `variance` (C) over `cells` values of each channel; as PyTorch, the running variance follows that of a sample. */
  measure(name: string, mean: tf.Tensor, variance: tf.Tensor, cells: number): void {
    const towards = (value: tf.Tensor, factor: number) => (running: tf.Tensor) =>
      tf.add(tf.mul(running, 1 - MOMENTUM), tf.mul(value, MOMENTUM * factor));
    this.move(`${name}.running_mean`, towards(mean, 1));
    this.move(`${name}.running_var`, towards(variance, cells / (cells - 1)));
    this.move(`${name}.num_batches_tracked`, (count) => tf.add(count, 1));
  }

  /** The running statistics after this batch, by key; the caller disposes of them. */
  take(): ReadonlyMap<string, tf.Tensor> {
    const taken = new Map(this.next);
    this.next.clear();
    return taken;
  }

  private move(key: string, next: (running: tf.Tensor) => tf.Tensor): void {
    this.next.get(key)?.dispose();
    this.next.set(key, tf.keep(tf.tidy(() => next(this.params.get(key)))));
  }
}

/** Of the BatchNorms called so. */
export function copyStatistics(from: ParameterStore, to: ParameterStore, names: ReadonlySet<string>): void {
  for (const name of names)
    for (const key of RUNNING.map((part) => `${name}.${part}`)) to.writable(key).assign(from.get(key));
}
