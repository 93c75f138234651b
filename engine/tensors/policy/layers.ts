/** Layers that PyTorch has and tfjs lacks, each with its own gradient: few operations, few saved tensors. */
import * as tf from '@tensorflow/tfjs';

const EPSILON = 1e-5; // PyTorch's default

type Save = (tensors: tf.Tensor[]) => void;
export type Backward = (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** An operation with its own gradient; `save` keeps tensors for it. (tfjs passes `save` last, which its types do not show.) */
export function differentiable(
  forward: (inputs: tf.Tensor[], save: Save) => { value: tf.Tensor; gradFunc: Backward },
): (...inputs: tf.Tensor[]) => tf.Tensor {
  return tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as Save;
    const { value, gradFunc } = forward(args.slice(0, -1) as tf.Tensor[], save);
    return { value, gradFunc: gradFunc as never };
  });
}

/** x Wᵀ + b for `x` (M, in), PyTorch's weight (out, in). */
export function linear(x: tf.Tensor2D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  return affine(x, weight, bias) as tf.Tensor2D;
}

const affine = differentiable(([x, weight, bias], save) => {
  save([x!, weight!]);
  return {
    value: tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true), bias!),
    gradFunc: (dy, [input, kernel]) => [
      tf.matMul(dy as tf.Tensor2D, kernel as tf.Tensor2D),
      tf.matMul(dy as tf.Tensor2D, input as tf.Tensor2D, true, false),
      tf.sum(dy, 0),
    ],
  };
});

/** LayerNorm over the last axis of `x` (M, C). */
export function layerNorm(x: tf.Tensor2D, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor2D {
  return normalized(x, gamma, beta) as tf.Tensor2D;
}

const normalized = differentiable(([x, gamma, beta], save) => {
  const centred = tf.sub(x!, tf.mean(x!, 1, true));
  const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), EPSILON));
  const normal = tf.mul(centred, scale);
  save([normal, scale, gamma!]);
  return {
    value: tf.add(tf.mul(normal, gamma!), beta!),
    gradFunc: (dy, [unit, deviation, weight]) => {
      const product = tf.mul(dy, unit!);
      const dUnit = tf.mul(dy, weight!);
      const along = tf.mean(tf.mul(dUnit, unit!), 1, true);
      const dCentred = tf.sub(tf.sub(dUnit, tf.mean(dUnit, 1, true)), tf.mul(unit!, along));
      return [tf.mul(dCentred, deviation!), tf.sum(product, 0), tf.sum(dy, 0)];
    },
  };
});

/** GELU with the error function, x Φ(x). */
export const gelu = differentiable(([x], save) => {
  const cumulative = tf.mul(tf.add(tf.erf(tf.mul(x!, Math.SQRT1_2)), 1), 0.5);
  save([x!, cumulative]);
  return {
    value: tf.mul(x!, cumulative),
    gradFunc: (dy, [input, phi]) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(input!), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.mul(dy, tf.add(phi!, tf.mul(input!, density)));
    },
  };
});

/** `table`[`indices`], for `indices` (N) int32. tfjs's gather would copy them to the host to check them. */
export function lookUp(table: Float32Array, indices: tf.Tensor1D): tf.Tensor1D {
  const units = tf.oneHot(indices, table.length, 1, 0, 'float32') as tf.Tensor2D;
  return tf.matMul(units, tf.tensor2d(table, [table.length, 1])).reshape([-1]);
}

/** x tanh(softplus(x)). */
export function mish(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.tanh(tf.softplus(x)));
}
