/** Multi-head attention with PyTorch's packed projection, as self-attention and as attention to a memory. */
import * as tf from '@tensorflow/tfjs';
import type { Dropout } from './dropout.js';
import { linear } from './layers.js';

export interface AttentionWeights {
  /** Rows of queries, keys, values: (3C,C) and (3C). */
  readonly inWeight: tf.Tensor;
  readonly inBias: tf.Tensor;
  readonly outWeight: tf.Tensor;
  readonly outBias: tf.Tensor;
}

export interface AttentionOptions {
  readonly batch: number;
  readonly heads: number;
  /** Added to the scores, (queries, keys): 0 or minus infinity. */
  readonly mask: tf.Tensor | undefined;
  readonly dropout: Dropout;
  /** Of the attention weights. */
  readonly rate: number;
}

/** `x` (B·T,C) attends to itself; (B·T,C). */
export function selfAttention(x: tf.Tensor2D, w: AttentionWeights, options: AttentionOptions): tf.Tensor2D {
  const projected = linear(x, w.inWeight, w.inBias); // (B·T,3C)
  const [q, k, v] = tf.unstack(headsOf(projected, options, 3));
  return attend(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D, w, options);
}

/** `x` (B·T,C) attends to `memory` (B·S,C); (B·T,C). */
export function crossAttention(
  x: tf.Tensor2D,
  memory: tf.Tensor2D,
  w: AttentionWeights,
  options: AttentionOptions,
): tf.Tensor2D {
  const width = x.shape[1];
  const [queryWeight, memoryWeight] = tf.split(w.inWeight as tf.Tensor2D, [width, 2 * width]);
  const [queryBias, memoryBias] = tf.split(w.inBias as tf.Tensor1D, [width, 2 * width]);
  const [q] = tf.unstack(headsOf(linear(x, queryWeight!, queryBias!), options, 1));
  const [k, v] = tf.unstack(headsOf(linear(memory, memoryWeight!, memoryBias!), options, 2));
  return attend(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D, w, options);
}

/** (B·T, parts·C) → (parts,B,heads,T,C/heads). */
function headsOf(x: tf.Tensor2D, { batch, heads }: AttentionOptions, parts: number): tf.Tensor5D {
  const width = x.shape[1] / parts / heads;
  return x.reshape<tf.Tensor5D>([batch, -1, parts, heads, width]).transpose([2, 0, 3, 1, 4]);
}

function attend(
  q: tf.Tensor4D,
  k: tf.Tensor4D,
  v: tf.Tensor4D,
  w: AttentionWeights,
  { mask, dropout, rate }: AttentionOptions,
): tf.Tensor2D {
  const [batch, heads, steps, width] = q.shape;
  const scores = tf.matMul(tf.mul(q, 1 / Math.sqrt(width)), k, false, true);
  const weights = dropout(tf.softmax(mask === undefined ? scores : tf.add(scores, mask)), rate);
  const mixed = tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]);
  return linear(mixed.reshape([batch * steps, heads * width]), w.outWeight, w.outBias);
}
