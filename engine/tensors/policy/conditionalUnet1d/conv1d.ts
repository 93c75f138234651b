/**
 * Convolutions over time as matrix products, for sequences (n,time,channels): with a kernel of a few steps over hundreds of channels nearly
 * all of the work is the product, on every backend, and its gradient is two more.
 */
import * as tf from '@tensorflow/tfjs';

interface Conv1dOptions {
  readonly stride?: 1 | 2;
  /** Steps of zeros on either side. */
  readonly padding: number;
}

/** `kernel` (k,in,out), `bias` (out): (n,T,in) → (n,To,out). With stride 2, T and the padded length are even. */
export function conv1d(
  x: tf.Tensor3D,
  kernel: tf.Tensor,
  bias: tf.Tensor,
  { stride = 1, padding }: Conv1dOptions,
): tf.Tensor3D {
  const [size, channels, out] = kernel.shape as [number, number, number];
  const [count, time] = x.shape;
  const steps = Math.floor((time + 2 * padding - size) / stride) + 1;
  const taps = size === 1 && stride === 1 ? x : windows(x, size, stride, padding, steps);
  const flat = taps.reshape<tf.Tensor2D>([count * steps, size * channels]);
  const product = tf.matMul(flat, kernel.reshape<tf.Tensor2D>([size * channels, out]));
  return tf.add(product, bias).reshape([count, steps, out]);
}

/** What each step of the result sees, one tap behind the other: (n,To,k·C). A stride's steps are taken side by side as channels. */
function windows(x: tf.Tensor3D, size: number, stride: number, padding: number, steps: number): tf.Tensor3D {
  const [count, time, channels] = x.shape;
  const padded =
    padding === 0
      ? x
      : tf.pad(x, [
          [0, 0],
          [padding, padding],
          [0, 0],
        ]);
  const rows = padded.reshape<tf.Tensor3D>([count, (time + 2 * padding) / stride, stride * channels]);
  const taps = Array.from({ length: size }, (_, tap) =>
    tf.slice(rows, [0, Math.floor(tap / stride), (tap % stride) * channels], [count, steps, channels]),
  );
  return tf.concat(taps, 2);
}

/**
 * PyTorch's ConvTranspose1d with kernel 4, stride 2 and padding 1: `kernel` (in,4,out), `bias` (out): (n,T,in) → (n,2T,out). Step i of the
 * input adds its tap j to step 2i - 1 + j of the result, so an even step gets taps 1 and 3, an odd one taps 2 and 0.
 */
export function upsample1d(x: tf.Tensor3D, kernel: tf.Tensor, bias: tf.Tensor): tf.Tensor3D {
  const [channels, size, out] = kernel.shape as [number, number, number];
  const [count, time] = x.shape;
  const flat = x.reshape<tf.Tensor2D>([count * time, channels]);
  const product = tf.matMul(flat, kernel.reshape<tf.Tensor2D>([channels, size * out]));
  const taps = product.reshape<tf.Tensor3D>([count, time, size * out]);
  const tap = (index: number) => tf.slice(taps, [0, 0, index * out], [count, time, out]);
  const even = tf.add(tap(1), later(tap(3)));
  const odd = tf.add(tap(2), earlier(tap(0)));
  return tf.add(tf.concat([even, odd], 2).reshape([count, 2 * time, out]), bias);
}

/** Each step holds what the one before it held. */
function later(x: tf.Tensor3D): tf.Tensor3D {
  const [count, time, channels] = x.shape;
  const padded = tf.pad(x, [
    [0, 0],
    [1, 0],
    [0, 0],
  ]);
  return tf.slice(padded, [0, 0, 0], [count, time, channels]);
}

/** Each step holds what the one after it held. */
function earlier(x: tf.Tensor3D): tf.Tensor3D {
  const [count, time, channels] = x.shape;
  const padded = tf.pad(x, [
    [0, 0],
    [0, 1],
    [0, 0],
  ]);
  return tf.slice(padded, [0, 1, 0], [count, time, channels]);
}
