/** The noise predictor: a pre-norm transformer decoder over action tokens that attends to time and observations. */
import * as tf from '@tensorflow/tfjs';
import {
  asTransformerHybrid,
  type TransformerHybridSpec,
} from '../../../judge/policy/transformerHybrid/spec.js';
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
  private readonly spec: TransformerHybridSpec;

  constructor(
    private readonly params: ParameterStore,
    private readonly batch: number,
    private readonly dropout: DropoutMask | undefined,
  ) {
    this.spec = asTransformerHybrid(params.spec);
  }

  forward(noisy: tf.Tensor3D, timesteps: tf.Tensor1D, features: tf.Tensor2D): tf.Tensor3D {
    const { spec } = this;
    const memory = this.encodeCondition(this.condition(timesteps, features));
    const tokens = this.linear('model.input_emb', noisy.reshape([-1, spec.actionDim]));
    let x = this.withPositions(tokens, 'model.pos_emb', spec.horizon);
    for (let layer = 0; layer < spec.layers; layer += 1) {
      x = this.decoderLayer(`model.decoder.layers.${layer}`, x, memory);
    }
    return this.linear('model.head', this.norm('model.ln_f', x)).reshape(noisy.shape);
  }

  /** [time, observations], (B·(1+To),C). */
  private condition(timesteps: tf.Tensor1D, features: tf.Tensor2D): tf.Tensor2D {
    const { embedding, obsSteps } = this.spec;
    const time = sinusoidal(timesteps, embedding).reshape<tf.Tensor3D>([this.batch, 1, embedding]);
    const observed = this.linear('model.cond_obs_emb', features);
    const all = tf.concat([time, observed.reshape<tf.Tensor3D>([this.batch, obsSteps, embedding])], 1);
    return this.withPositions(all.reshape([-1, embedding]), 'model.cond_pos_emb', 1 + obsSteps);
  }

  encodeCondition(condition: tf.Tensor2D): tf.Tensor2D {
    const { condLayers } = this.spec;
    if (condLayers === 0) {
      const inner = mish(this.linear('model.encoder.0', condition)) as tf.Tensor2D;
      return this.linear('model.encoder.2', inner);
    }
    let x = condition;
    for (let layer = 0; layer < condLayers; layer += 1) {
      const name = `model.encoder.layers.${layer}`;
      x = tf.add(x, this.dropped(this.attendSelf(`${name}.self_attn`, this.norm(`${name}.norm1`, x))));
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
      this.attentionOptions('model.memory_mask'),
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

  private withPositions(tokens: tf.Tensor2D, name: string, steps: number): tf.Tensor2D {
    const { embedding, dropEmbedding } = this.spec;
    const placed = tf.add(tokens.reshape([this.batch, steps, embedding]), this.params.get(name));
    return this.masked(placed.reshape<tf.Tensor2D>([-1, embedding]), dropEmbedding);
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
