/** The noise predictor: a pre-norm transformer over action tokens that attends to the diffusion step and the observations. */
import * as tf from '@tensorflow/tfjs';
import {
  asDiffusionTransformer,
  type DiffusionTransformer,
} from '../../../judge/policy/diffusionTransformer/spec.js';
import type { DropoutMask } from '../dropout.js';
import { gelu, layerNorm, linear, mish } from '../layers.js';
import type { NoisyBatch } from '../network.js';
import type { ParameterStore } from '../parameters.js';
import { sinusoidal } from '../timeEmbedding.js';
import { type AttentionOptions, type AttentionWeights, crossAttention, selfAttention } from './attention.js';

export function predict(
  params: ParameterStore,
  { noisy, timesteps, features, dropout }: NoisyBatch,
): tf.Tensor3D {
  return tf.tidy(() => new Transformer(params, noisy.shape[0], dropout).forward(noisy, timesteps, features));
}

/** `condition` (B·(1+To),C) → the memory that the decoder attends to: an MLP, or `n_cond_layers` encoder layers. */
export function encodeCondition(
  params: ParameterStore,
  condition: tf.Tensor2D,
  batch: number,
  dropout?: DropoutMask,
): tf.Tensor2D {
  return new Transformer(params, batch, dropout).encodeCondition(condition);
}

/** One pass over a batch; tokens are kept as rows (B·T,C). */
class Transformer {
  private readonly spec: DiffusionTransformer;

  constructor(
    private readonly params: ParameterStore,
    private readonly batch: number,
    private readonly dropout: DropoutMask | undefined,
  ) {
    this.spec = asDiffusionTransformer(params.spec);
  }

  /** `features` (B·To,F) is not looked at where the network attends to no observations. */
  forward(noisy: tf.Tensor3D, timesteps: tf.Tensor1D, features: tf.Tensor2D): tf.Tensor3D {
    const { condTokens, trajectoryWidth } = this.spec;
    const time = this.time(timesteps);
    const tokens = this.linear('model.input_emb', noisy.reshape([-1, trajectoryWidth]));
    const x =
      condTokens === 0 ? this.encoded(time, tokens) : this.decoded(this.condition(time, features), tokens);
    return this.linear('model.head', this.norm('model.ln_f', x)).reshape(noisy.shape);
  }

  /** The encoder-only transformer: the diffusion step is the first token, and not predicted from. */
  private encoded(time: tf.Tensor3D, tokens: tf.Tensor2D): tf.Tensor2D {
    const { layers, embedding } = this.spec;
    const all = tf.concat([time, tokens.reshape<tf.Tensor3D>([this.batch, -1, embedding])], 1);
    const x = this.encoderLayers(this.withPositions(all, 'model.pos_emb'), layers, 'model.mask');
    const rows = x.reshape<tf.Tensor3D>([this.batch, -1, embedding]);
    return tf.slice(rows, [0, 1, 0]).reshape([-1, embedding]);
  }

  private decoded(condition: tf.Tensor2D, tokens: tf.Tensor2D): tf.Tensor2D {
    const { layers, embedding } = this.spec;
    const memory = this.encodeCondition(condition);
    let x = this.withPositions(tokens.reshape([this.batch, -1, embedding]), 'model.pos_emb');
    for (let layer = 0; layer < layers; layer += 1)
      x = this.decoderLayer(`model.decoder.layers.${layer}`, x, memory);
    return x;
  }

  /** (B,1,C) */
  private time(timesteps: tf.Tensor1D): tf.Tensor3D {
    const { embedding } = this.spec;
    return sinusoidal(timesteps, embedding).reshape([this.batch, 1, embedding]);
  }

  /** [time, observations], (B·(1+To),C). */
  private condition(time: tf.Tensor3D, features: tf.Tensor2D): tf.Tensor2D {
    const { embedding, condWidth } = this.spec;
    if (condWidth === 0) return this.withPositions(time, 'model.cond_pos_emb');
    const observed = this.linear('model.cond_obs_emb', features);
    const all = tf.concat([time, observed.reshape<tf.Tensor3D>([this.batch, -1, embedding])], 1);
    return this.withPositions(all, 'model.cond_pos_emb');
  }

  encodeCondition(condition: tf.Tensor2D): tf.Tensor2D {
    const { condLayers } = this.spec;
    if (condLayers === 0) {
      const inner = mish(this.linear('model.encoder.0', condition)) as tf.Tensor2D;
      return this.linear('model.encoder.2', inner);
    }
    return this.encoderLayers(condition, condLayers);
  }

  private encoderLayers(tokens: tf.Tensor2D, count: number, mask?: string): tf.Tensor2D {
    let x = tokens;
    for (let layer = 0; layer < count; layer += 1) {
      const name = `model.encoder.layers.${layer}`;
      const own = this.attendSelf(`${name}.self_attn`, this.norm(`${name}.norm1`, x), mask);
      x = tf.add(x, this.dropped(own));
      x = tf.add(x, this.feedForward(name, this.norm(`${name}.norm2`, x)));
    }
    return x;
  }

  private decoderLayer(name: string, tokens: tf.Tensor2D, memory: tf.Tensor2D): tf.Tensor2D {
    const own = this.attendSelf(`${name}.self_attn`, this.norm(`${name}.norm1`, tokens), 'model.mask');
    let x = tf.add(tokens, this.dropped(own)) as tf.Tensor2D;
    const other = crossAttention(
      this.norm(`${name}.norm2`, x),
      memory,
      this.attention(`${name}.multihead_attn`),
      this.attentionOptions(this.spec.condWidth > 0 ? 'model.memory_mask' : undefined),
    );
    x = tf.add(x, this.dropped(other));
    return tf.add(x, this.feedForward(name, this.norm(`${name}.norm3`, x)));
  }

  private attendSelf(name: string, x: tf.Tensor2D, mask?: string): tf.Tensor2D {
    return selfAttention(x, this.attention(name), this.attentionOptions(mask));
  }

  private feedForward(name: string, x: tf.Tensor2D): tf.Tensor2D {
    const inner = this.dropped(gelu(this.linear(`${name}.linear1`, x)) as tf.Tensor2D);
    return this.dropped(this.linear(`${name}.linear2`, inner));
  }

  /** (B,T,C), T up to as many positions as the network knows → (B·T,C). */
  private withPositions(tokens: tf.Tensor3D, name: string): tf.Tensor2D {
    const { embedding, dropEmbedding } = this.spec;
    const known = this.params.get(name) as tf.Tensor3D;
    const steps = tokens.shape[1];
    const positions = known.shape[1] === steps ? known : tf.slice(known, [0, 0, 0], [1, steps, embedding]);
    return this.masked(tf.add(tokens, positions).reshape<tf.Tensor2D>([-1, embedding]), dropEmbedding);
  }

  private dropped(x: tf.Tensor2D): tf.Tensor2D {
    return this.masked(x, this.spec.dropAttention);
  }

  private masked(x: tf.Tensor2D, rate: number): tf.Tensor2D {
    if (this.dropout === undefined || rate === 0) return x;
    return tf.mul(x, this.dropout({ shape: x.shape, rate }));
  }

  private linear(name: string, x: tf.Tensor2D): tf.Tensor2D {
    return linear(x, this.params.get(`${name}.weight`), this.params.get(`${name}.bias`));
  }

  private norm(name: string, x: tf.Tensor2D): tf.Tensor2D {
    return layerNorm(x, this.params.get(`${name}.weight`), this.params.get(`${name}.bias`));
  }

  private attention(name: string): AttentionWeights {
    return {
      inWeight: this.params.get(`${name}.in_proj_weight`),
      inBias: this.params.get(`${name}.in_proj_bias`),
      outWeight: this.params.get(`${name}.out_proj.weight`),
      outBias: this.params.get(`${name}.out_proj.bias`),
    };
  }

  private attentionOptions(mask: string | undefined): AttentionOptions {
    const { heads, causalAttention, dropAttention } = this.spec;
    return {
      batch: this.batch,
      heads,
      mask: mask !== undefined && causalAttention ? this.params.get(mask) : undefined,
      dropout: this.dropout,
      rate: dropAttention,
    };
  }
}
