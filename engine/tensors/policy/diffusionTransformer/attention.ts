/** Multi-head attention with PyTorch's packed projection, as self-attention and as attention to a memory. */
import * as tf from '@tensorflow/tfjs';
import type { DropoutMask } from '../dropout.js';
import { differentiable, linear } from '../layers.js';

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
  readonly dropout: DropoutMask | undefined;
  /** Of the attention weights. */
  readonly rate: number;
}

/** `x` (B·T,C) attends to itself; (B·T,C). */
export function selfAttention(x: tf.Tensor2D, w: AttentionWeights, options: AttentionOptions): tf.Tensor2D {
  const packed = headsOf(linear(x, w.inWeight, w.inBias), options, 3);
  return combine(attention([packed], options), w);
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
  const queries = headsOf(linear(x, queryWeight!, queryBias!), options, 1);
  const packed = headsOf(linear(memory, memoryWeight!, memoryBias!), options, 2);
  return combine(attention([queries, packed], options), w);
}

/** (B·T, parts·C) → (parts·B, heads, T, C/heads): queries, keys, values one after the other. */
function headsOf(x: tf.Tensor2D, { batch, heads }: AttentionOptions, parts: number): tf.Tensor4D {
  const width = x.shape[1] / parts / heads;
  const steps = x.shape[0] / batch;
  return x
    .reshape<tf.Tensor5D>([batch, steps, parts, heads, width])
    .transpose([2, 0, 3, 1, 4])
    .reshape([parts * batch, heads, steps, width]);
}

/** Scaled dot-product attention of the packed projections; (B, heads, T, C/heads). */
function attention(packed: tf.Tensor4D[], { mask, dropout, rate, batch, heads }: AttentionOptions) {
  const keys = packed.at(-1)!.shape[2];
  const shape = [batch, heads, packed[0]!.shape[2], keys];
  const dropped = dropout === undefined || rate === 0 ? undefined : dropout({ shape, rate });
  const op = differentiable((inputs, save) => {
    const [query, k, v] = inputs.flatMap((input) => tf.split(input, input.shape[0] / batch));
    const scale = 1 / Math.sqrt(query!.shape.at(-1)!);
    const q = tf.mul(query!, scale);
    const scores = tf.matMul(q, k!, false, true);
    const weights = tf.softmax(mask === undefined ? scores : tf.add(scores, mask));
    const used = times(weights, dropped);
    save([q, k!, v!, weights, ...(dropped === undefined ? [] : [dropped])]);
    return {
      value: tf.matMul(used, v!),
      gradFunc: (dy, saved) => {
        const [dq, dk, dv] = attentionGradients(dy, saved, scale);
        const parts = inputs.length === 1 ? [[dq, dk, dv]] : [[dq], [dk, dv]];
        return parts.map((part) => (part.length === 1 ? part[0]! : tf.concat(part, 0)));
      },
    };
  });
  return op(...packed) as tf.Tensor4D;
}

function attentionGradients(
  dy: tf.Tensor,
  [q, k, v, weights, dropped]: tf.Tensor[],
  scale: number,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const dv = tf.matMul(times(weights!, dropped), dy, true, false);
  const dWeights = times(tf.matMul(dy, v!, false, true), dropped);
  const weighted = tf.mul(dWeights, weights!);
  const dScores = tf.sub(weighted, tf.mul(weights!, tf.sum(weighted, -1, true)));
  return [tf.mul(tf.matMul(dScores, k!), scale), tf.matMul(dScores, q!, true, false), dv];
}

function times(x: tf.Tensor, mask: tf.Tensor | undefined): tf.Tensor {
  return mask === undefined ? x : tf.mul(x, mask);
}

/** (B, heads, T, C/heads) → (B·T,C), projected. */
function combine(mixed: tf.Tensor4D, w: AttentionWeights): tf.Tensor2D {
  const [batch, heads, steps, width] = mixed.shape;
  const rows = mixed.transpose([0, 2, 1, 3]).reshape<tf.Tensor2D>([batch * steps, heads * width]);
  return linear(rows, w.outWeight, w.outBias);
}
