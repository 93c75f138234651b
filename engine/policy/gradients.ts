/** The loss and its gradients on the backend, added up over micro-batches. */
import * as tf from '@tensorflow/tfjs';
import type { ParameterStore } from './parameters.js';

/** Sums gradients of `keys` until `clear`, as repeated backward passes do in PyTorch. */
export class GradientSum {
  private readonly sums = new Map<string, tf.Tensor>();

  constructor(
    private readonly params: ParameterStore,
    private readonly keys: readonly string[] = params.trainable(),
  ) {}

  /** By canonical key, in the layout of the store; they live until `clear`. */
  get gradients(): ReadonlyMap<string, tf.Tensor> {
    return this.sums;
  }

  /** Differentiates `loss()` times `share` (1 / micro-batches) and adds; returns the unscaled loss. */
  add(loss: () => tf.Scalar, share = 1): number {
    const parameters = this.keys.map((key) => this.params.get(key));
    const { value, grads } = tf
      .engine()
      .gradients(() => (share === 1 ? loss() : tf.mul<tf.Scalar>(loss(), share)), parameters);
    for (const [index, key] of this.keys.entries()) this.addOne(key, grads[index]!);
    const found = value.dataSync()[0]! / share;
    value.dispose();
    return found;
  }

  clear(): void {
    tf.dispose([...this.sums.values()]);
    this.sums.clear();
  }

  private addOne(key: string, gradient: tf.Tensor): void {
    const sum = this.sums.get(key);
    this.sums.set(key, sum === undefined ? gradient : tf.add(sum, gradient));
    if (sum !== undefined) tf.dispose([sum, gradient]);
  }
}
