/** How a network is told the diffusion step. */
import * as tf from '@tensorflow/tfjs';

/** Position encoding of Vaswani et al. 2017, sines first, then cosines: (B) → (B,width). */
export function sinusoidal(timesteps: tf.Tensor1D, width: number): tf.Tensor2D {
  const half = width / 2;
  const step = Math.fround(Math.log(10000) / (half - 1));
  const frequencies = Float32Array.from({ length: half }, (_, index) => Math.exp(-index * step));
  const angles = tf.mul(tf.cast(timesteps, 'float32').expandDims(1), tf.tensor2d(frequencies, [1, half]));
  return tf.concat([tf.sin(angles), tf.cos(angles)], 1) as tf.Tensor2D;
}
