/** The policy's normaliser on tensors: an affine map per field and dimension. */
import * as tf from '@tensorflow/tfjs';
import type { FieldStatistics } from '../../judge/policy/limits.js';
import type { NormalizerFields } from '../../training/loop/normalizer.js';
import { TrainingError } from '../../training/trainingError.js';

export class Normalizer {
  constructor(private readonly fields: NormalizerFields) {}

  statistics(field: string): FieldStatistics {
    const found = this.fields.get(field);
    if (found !== undefined) return found;
    throw new TrainingError({
      code: 'normalizer',
      message: `the normaliser does not have the field ${field}`,
    });
  }

  /** x · scale + offset over the last axis. */
  normalize<T extends tf.Tensor>(field: string, x: T): T {
    const { scale, offset } = this.statistics(field);
    return tf.tidy(() => tf.add(tf.mul(x, tf.tensor1d(scale)), tf.tensor1d(offset)) as T);
  }

  /** (x - offset) / scale over the last axis: back to raw units. */
  unnormalize<T extends tf.Tensor>(field: string, x: T): T {
    const { scale, offset } = this.statistics(field);
    return tf.tidy(() => tf.div(tf.sub(x, tf.tensor1d(offset)), tf.tensor1d(scale)) as T);
  }
}
