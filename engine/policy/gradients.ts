/** The loss and its gradients on the host, added up over micro-batches. */
import * as tf from '@tensorflow/tfjs';
import type { ParameterStore } from './parameters.js';

/** Sums gradients of `keys` until `clear`, as repeated backward passes do in PyTorch. */
export class GradientSum {
  private readonly sums = new Map<string, Float32Array>();

  constructor(
    private readonly params: ParameterStore,
    private readonly keys: readonly string[] = params.trainable(),
  ) {}

  /** By canonical key, in the layout of the store. */
  get gradients(): ReadonlyMap<string, Float32Array> {
    return this.sums;
  }

  /** Differentiates `loss()` times `share` (1 / micro-batches) and adds; returns the unscaled loss. */
  add(loss: () => tf.Scalar, share = 1): number {
    const variables = this.keys.map((key) => this.params.get(key));
    const { value, grads } = tf.variableGrads(
      () => (share === 1 ? loss() : tf.mul<tf.Scalar>(loss(), share)),
      variables,
    );
    for (const [index, key] of this.keys.entries()) this.addOne(key, grads[variables[index]!.name]!);
    const found = value.dataSync()[0]! / share;
    tf.dispose([value, grads]);
    return found;
  }

  clear(): void {
    this.sums.clear();
  }

  private addOne(key: string, gradient: tf.Tensor): void {
    const values = gradient.dataSync<'float32'>();
    const sum = this.sums.get(key);
    if (sum === undefined) this.sums.set(key, values);
    else for (let i = 0; i < sum.length; i += 1) sum[i] = sum[i]! + values[i]!;
  }
}
