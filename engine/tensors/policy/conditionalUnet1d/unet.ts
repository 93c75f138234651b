/** Upstream's `ConditionalUnet1D`: a UNet over the steps of a trajectory whose every block is told the condition. */
import * as tf from '@tensorflow/tfjs';
import {
  type BlockShape,
  downLevels,
  hasShortcut,
  LAST_GROUPS,
  localBlocks,
  middleBlocks,
  type UnetShape,
  upLevels,
} from '../../../judge/policy/conditionalUnet1d/shape.js';
import { groupNorm } from '../groupNorm.js';
import { linear, mish } from '../layers.js';
import type { ParameterStore } from '../parameters.js';
import { sinusoidal } from '../timeEmbedding.js';
import { conv1d, upsample1d } from './conv1d.js';

export interface UnetBatch {
  /** (B,T,D), D the width of the shape's input. */
  readonly noisy: tf.Tensor3D;
  /** Diffusion steps, (B) int32. */
  readonly timesteps: tf.Tensor1D;
  /** (B,width), where the shape has a global condition. */
  readonly globalCondition?: tf.Tensor2D | undefined;
  /** (B,T,width), where the shape has a local condition. */
  readonly localCondition?: tf.Tensor3D | undefined;
}

/** What the network predicts of a noisy trajectory, (B,T,D). */
export function unet(params: ParameterStore, shape: UnetShape, batch: UnetBatch): tf.Tensor3D {
  return tf.tidy(() => new Unet(params, shape).forward(batch));
}

class Unet {
  /** mish(condition), which every block projects with weights of its own: (B,width). */
  private condition!: tf.Tensor2D;

  constructor(
    private readonly params: ParameterStore,
    private readonly shape: UnetShape,
  ) {}

  forward({ noisy, timesteps, globalCondition, localCondition }: UnetBatch): tf.Tensor3D {
    const { shape } = this;
    const step = this.encodeStep(timesteps);
    const joined = globalCondition === undefined ? step : tf.concat([step, globalCondition], 1);
    this.condition = mish(joined) as tf.Tensor2D;
    const skipped: tf.Tensor3D[] = [];
    let x = noisy;
    for (const [level, { blocks, resample }] of downLevels(shape).entries()) {
      const [first, ...others] = blocks;
      x = this.block(first, x);
      if (level === 0 && localCondition !== undefined) x = tf.add(x, this.local(localCondition));
      for (const block of others) x = this.block(block, x);
      skipped.push(x);
      if (resample !== undefined) x = this.convolve(resample, x, { stride: 2, padding: 1 });
    }
    for (const block of middleBlocks(shape)) x = this.block(block, x);
    for (const { blocks, resample } of upLevels(shape)) {
      x = tf.concat([x, skipped.pop()!], 2);
      for (const block of blocks) x = this.block(block, x);
      x = upsample1d(x, ...this.layer(resample!));
    }
    x = this.convolved('final_conv.0.block', x, LAST_GROUPS);
    return this.convolve('final_conv.1', x, { padding: 0 });
  }

  private encodeStep(timesteps: tf.Tensor1D): tf.Tensor2D {
    const name = 'diffusion_step_encoder';
    const inner = linear(sinusoidal(timesteps, this.shape.stepEmbedding), ...this.layer(`${name}.1`));
    return linear(mish(inner) as tf.Tensor2D, ...this.layer(`${name}.3`));
  }

  /**
   * For the way down. That for the way up is never added: upstream asks for a level behind the last one, and keeps it so for the sake of
   * published checkpoints.
   */
  private local(condition: tf.Tensor3D): tf.Tensor3D {
    return this.block(localBlocks(this.shape)[0]!, condition);
  }

  private block(block: BlockShape, x: tf.Tensor3D): tf.Tensor3D {
    const { name } = block;
    const { groups } = this.shape;
    const inner = this.conditioned(block, this.convolved(`${name}.blocks.0.block`, x, groups));
    const outer = this.convolved(`${name}.blocks.1.block`, inner, groups);
    const shortcut = hasShortcut(block) ? this.convolve(`${name}.residual_conv`, x, { padding: 0 }) : x;
    return tf.add(outer, shortcut);
  }

  /** FiLM (Perez et al. 2017): each channel scaled and shifted, or only shifted. */
  private conditioned({ name, channelsOut }: BlockShape, x: tf.Tensor3D): tf.Tensor3D {
    const found = linear(this.condition, ...this.layer(`${name}.cond_encoder.1`));
    const count = x.shape[0];
    if (!this.shape.predictScale) return tf.add(x, found.reshape([count, 1, channelsOut]));
    const part = (index: number) =>
      tf.slice(found, [0, index * channelsOut], [count, channelsOut]).reshape([count, 1, channelsOut]);
    return tf.add(tf.mul(x, part(0)), part(1));
  }

  /** Convolution, GroupNorm, Mish. */
  private convolved(name: string, x: tf.Tensor3D, groups: number): tf.Tensor3D {
    const kernel = this.params.get(`model.${name}.0.weight`);
    const y = this.convolve(`${name}.0`, x, { padding: (kernel.shape[0]! - 1) / 2 });
    const [count, time, channels] = y.shape;
    const [gamma, beta] = this.layer(`${name}.1`) as [tf.Tensor1D, tf.Tensor1D];
    const normal = groupNorm(y.reshape([count, 1, time, channels]), gamma, beta, {
      relu: false,
      channelsPerGroup: channels / groups,
    });
    return mish(normal.reshape([count, time, channels])) as tf.Tensor3D;
  }

  private convolve(
    name: string,
    x: tf.Tensor3D,
    options: { readonly stride?: 1 | 2; readonly padding: number },
  ): tf.Tensor3D {
    return conv1d(x, ...this.layer(name), options);
  }

  private layer(name: string): [weight: tf.Tensor, bias: tf.Tensor] {
    return [this.params.get(`model.${name}.weight`), this.params.get(`model.${name}.bias`)];
  }
}
