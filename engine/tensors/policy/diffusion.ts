/** The diffusion process on tensors: noising, and one reverse step. */
import * as tf from '@tensorflow/tfjs';
import type { ReverseStep } from '../../training/diffusion/sampler.js';
import { lookUp } from './layers.js';

/** x_t = √ᾱ_t x + √(1-ᾱ_t) ε; `clean` and `noise` (B,T,D), `timesteps` (B) int32, `alphas` each ᾱ. */
export function addNoise(
  alphas: Float32Array,
  clean: tf.Tensor3D,
  noise: tf.Tensor3D,
  timesteps: tf.Tensor1D,
): tf.Tensor3D {
  return tf.tidy(() => {
    const factor = (of: (alpha: number) => number) => lookUp(alphas.map(of), timesteps).reshape([-1, 1, 1]);
    const signal = tf.mul(clean, factor(Math.sqrt));
    return tf.add(
      signal,
      tf.mul(
        noise,
        factor((alpha) => Math.sqrt(1 - alpha)),
      ),
    );
  });
}

/** `x` noisy, `output` what the model predicted of it; `noise` is asked for where the step adds some. */
export function reverse(
  { clean, clip, next, deviation }: ReverseStep,
  x: tf.Tensor3D,
  output: tf.Tensor3D,
  noise: () => tf.Tensor3D,
): tf.Tensor3D {
  return tf.tidy(() => {
    const guessed = sum([x, clean[0]], [output, clean[1]]);
    const kept = clip === undefined ? guessed : tf.clipByValue(guessed, -clip, clip);
    const mean = sum([kept, next[0]], [x, next[1]], [output, next[2]]);
    return deviation === 0 ? mean : tf.add<tf.Tensor3D>(mean, tf.mul(noise(), deviation));
  });
}

function sum(...terms: readonly (readonly [tf.Tensor3D, number])[]): tf.Tensor3D {
  const [first, ...others] = terms
    .filter(([, factor]) => factor !== 0)
    .map(([of, factor]) => tf.mul(of, factor));
  return others.reduce<tf.Tensor>((all, term) => tf.add(all, term), first!) as tf.Tensor3D;
}
