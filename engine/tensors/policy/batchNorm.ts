/** Batch normalisation with its ReLU and the block's shortcut: by the batch's own statistics in training, by the running ones in evaluation. */
import * as tf from '@tensorflow/tfjs';
import type { BatchStatistics } from './batchStatistics.js';
import { type Backward, differentiable } from './layers.js';
import type { ParameterStore } from './parameters.js';

const EPSILON = 1e-5; // PyTorch's default

interface BatchNormOptions {
  readonly relu?: boolean;
  readonly shortcut?: tf.Tensor4D;
  /** Present in training mode: measures the batch. */
  readonly statistics?: BatchStatistics | undefined;
}

/** relu(batchNorm(x) + shortcut) for `x` (N,H,W,C), by the parameters below `name`. `relu: false` leaves the sign alone. */
export function batchNorm(
  params: Pick<ParameterStore, 'get'>,
  name: string,
  x: tf.Tensor4D,
  { relu = true, shortcut, statistics }: BatchNormOptions,
): tf.Tensor4D {
  const [gamma, beta] = [params.get(`${name}.weight`), params.get(`${name}.bias`)];
  const normal =
    statistics === undefined
      ? byRunning(params, name, x, gamma, beta)
      : byBatch(x, gamma, beta, (mean, variance) => statistics.measure(name, mean, variance, cells(x)));
  const sum = shortcut === undefined ? normal : tf.add(normal, shortcut);
  return (relu ? rectified(sum) : sum) as tf.Tensor4D;
}

function byRunning(
  params: Pick<ParameterStore, 'get'>,
  name: string,
  x: tf.Tensor4D,
  gamma: tf.Tensor,
  beta: tf.Tensor,
): tf.Tensor {
  const scale = tf.mul(gamma, tf.rsqrt(tf.add(params.get(`${name}.running_var`), EPSILON)));
  return tf.add(tf.mul(x, scale), tf.sub(beta, tf.mul(params.get(`${name}.running_mean`), scale)));
}

type Measure = (mean: tf.Tensor, variance: tf.Tensor) => void;

/**
 * As one operation, so that of the feature maps only the input is kept for the gradient, which has the form dx = dy·a - (x - mean)·c - d
 * with one a, c and d for each channel.
 */
function byBatch(x: tf.Tensor4D, gamma: tf.Tensor, beta: tf.Tensor, measure: Measure): tf.Tensor {
  const { shape } = x;
  const op = differentiable(([input, weight, bias], save) => {
    const flat = rows(input!);
    const mean = columnMeans(flat);
    const centred = tf.sub(flat, mean);
    const variance = columnMeans(tf.square(centred));
    measure(mean, variance);
    const scale = tf.rsqrt(tf.add(variance, EPSILON));
    save([input!, weight!, mean, scale]);
    const value = tf.add(tf.mul(centred, tf.mul(scale, weight!)), bias!).reshape(shape);
    const gradFunc: Backward = (dy, saved) =>
      backward(dy, saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]);
    return { value, gradFunc };
  });
  return op(x, gamma, beta);
}

function backward(
  dy: tf.Tensor,
  [input, gamma, mean, scale]: readonly [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor],
): tf.Tensor[] {
  const [centred, dz] = [tf.sub(rows(input), mean), rows(dy)];
  const meanDz = columnMeans(dz);
  const slope = tf.mul(columnMeans(tf.mul(dz, centred)), scale);
  const a = tf.mul(gamma, scale);
  const c = tf.mul(tf.mul(a, scale), slope);
  const d = tf.mul(a, meanDz);
  const dx = tf.sub(tf.sub(tf.mul(dz, a), tf.mul(centred, c)), d).reshape(input.shape);
  const count = centred.shape[0]!;
  return [dx, tf.mul(slope, count), tf.mul(meanDz, count)];
}

/** Of which each channel's statistics are taken. */
function cells({ shape: [count, height, width] }: tf.Tensor4D): number {
  return count * height * width;
}

/** (N·H·W,C) */
function rows(x: tf.Tensor): tf.Tensor2D {
  return x.reshape([-1, x.shape.at(-1)!]);
}

/** (M,C) → (C). A product with ones takes two thirds of the time of a reduction. */
function columnMeans(x: tf.Tensor): tf.Tensor1D {
  const [count, channels] = x.shape as [number, number];
  const ones = tf.fill<tf.Rank.R2>([1, count], 1 / count);
  return tf.matMul(ones, x as tf.Tensor2D).reshape([channels]);
}

/** tfjs's own gradient of it is five passes. */
const rectified = differentiable(([x], save) => {
  const value = tf.relu(x!);
  save([value]);
  return { value, gradFunc: (dy, [output]) => tf.mul(dy, tf.cast(tf.greater(output!, 0), 'float32')) };
});
