/** Group normalisation with its ReLU and the block's shortcut as one differentiable operation. */
import * as tf from '@tensorflow/tfjs';
import { type Backward, differentiable } from './layers.js';

const EPSILON = 1e-5; // PyTorch's default
/** Of upstream's image encoders. */
export const CHANNELS_PER_GROUP = 16;

/**
 * relu(groupNorm(x) + shortcut) for `x` (N,H,W,C) in groups of `channelsPerGroup`, `gamma` and `beta` (C).
 *
 * Composed of single operations this would be memory-bound, since each reads and writes whole feature maps. So the sums over
 * pixels are computed once, everything else is arithmetic on (N,C), and normalising is one product and one sum: y = x·a + b.
 * The gradient has the same form, dx = dy·a + x·c + d. `relu: false` leaves the sign alone (the downsampled shortcut).
 */
export function groupNorm(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  {
    relu = true,
    shortcut,
    channelsPerGroup = CHANNELS_PER_GROUP,
  }: { relu?: boolean; shortcut?: tf.Tensor4D; channelsPerGroup?: number } = {},
): tf.Tensor4D {
  const shape = x.shape;
  const op = differentiable(([input, weight, bias, added], save) => {
    const flat = rows(input!, shape);
    const { mean, scale } = statistics(flat, channelsPerGroup);
    const a = tf.mul(scale, weight!);
    const b = tf.sub(bias!, tf.mul(mean, a));
    const affine = tf.add(tf.mul(flat, column(a)), column(b));
    const sum = added === undefined ? affine : tf.add(affine, rows(added, shape));
    const value = (relu ? tf.relu(sum) : sum).reshape(shape);
    save(relu ? [input!, weight!, mean, scale, value] : [input!, weight!, mean, scale]);
    const gradFunc: Backward = (dy, saved) => {
      const [savedInput, savedWeight, savedMean, savedScale, output] = saved as [
        tf.Tensor,
        tf.Tensor1D,
        tf.Tensor2D,
        tf.Tensor2D,
        tf.Tensor | undefined,
      ];
      const dz = output === undefined ? dy : reluGradient(dy, output);
      const grads = backward(
        rows(savedInput, shape),
        rows(dz, shape),
        savedWeight,
        savedMean,
        savedScale,
        channelsPerGroup,
      );
      const dx = grads.dx.reshape(shape);
      return added === undefined ? [dx, grads.dGamma, grads.dBeta] : [dx, grads.dGamma, grads.dBeta, dz];
    };
    return { value, gradFunc };
  });
  const inputs = shortcut === undefined ? [x, gamma, beta] : [x, gamma, beta, shortcut];
  return op(...inputs) as tf.Tensor4D;
}

/** (N,H·W,C) */
function rows(x: tf.Tensor, [n, h, w, c]: readonly [number, number, number, number]): tf.Tensor3D {
  return x.reshape([n, h * w, c]);
}

function column(coefficients: tf.Tensor): tf.Tensor3D {
  return coefficients.expandDims(1) as tf.Tensor3D;
}

/** Each group's mean and 1/σ, repeated for its channels: (N,C). */
function statistics(x: tf.Tensor3D, perGroup: number) {
  const cells = x.shape[1] * perGroup;
  const mean = tf.div(groupSum(pixelSum(x), perGroup), cells);
  const meanSquare = tf.div(groupSum(pixelSum(tf.square(x)), perGroup), cells);
  const variance = tf.relu(tf.sub(meanSquare, tf.square(mean)));
  return { mean: mean as tf.Tensor2D, scale: tf.rsqrt(tf.add(variance, EPSILON)) as tf.Tensor2D };
}

/** (N,H·W,C) → (N,C). A product with ones takes two thirds of the time of a reduction. */
function pixelSum(x: tf.Tensor3D): tf.Tensor2D {
  const [count, cells, channels] = x.shape;
  return tf.matMul(tf.fill<tf.Rank.R3>([count, 1, cells], 1), x).reshape([count, channels]);
}

/** (N,C) → (N,C): every channel gets the sum over its group. */
function groupSum(perChannel: tf.Tensor2D, perGroup: number): tf.Tensor2D {
  const channels = perChannel.shape[1];
  const grouped = perChannel.reshape([-1, channels / perGroup, perGroup]);
  const summed = tf.sum(grouped, 2, true);
  return tf.tile(summed, [1, 1, perGroup]).reshape([-1, channels]);
}

function backward(
  x: tf.Tensor3D,
  dy: tf.Tensor3D,
  gamma: tf.Tensor1D,
  mean: tf.Tensor2D,
  scale: tf.Tensor2D,
  perGroup: number,
) {
  const cells = x.shape[1] * perGroup;
  const sumDy = pixelSum(dy); // (N,C)
  const sumDyX = pixelSum(tf.mul(dy, x));
  const sumDyNormal = tf.mul(scale, tf.sub(sumDyX, tf.mul(mean, sumDy)));
  const offsetShare = tf.div(groupSum(tf.mul(gamma, sumDy), perGroup), cells);
  const slopeShare = tf.div(groupSum(tf.mul(gamma, sumDyNormal), perGroup), cells);
  const c = tf.neg(tf.mul(tf.square(scale), slopeShare));
  const d = tf.neg(tf.add(tf.mul(scale, offsetShare), tf.mul(mean, c)));
  const dx = tf.add(tf.add(tf.mul(dy, column(tf.mul(scale, gamma))), tf.mul(x, column(c))), column(d));
  return { dx, dGamma: tf.sum(sumDyNormal, 0), dBeta: tf.sum(sumDy, 0) };
}

function reluGradient(dy: tf.Tensor, output: tf.Tensor): tf.Tensor {
  return tf.mul(dy, tf.cast(tf.greater(output, 0), 'float32')); // tf.step would be five passes
}
