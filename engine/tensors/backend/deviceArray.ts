/** What an array of a backend can do in place, and what Adam's step needs of it. */
import * as tf from '@tensorflow/tfjs';

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
