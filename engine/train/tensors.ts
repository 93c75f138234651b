/** Plain batches as the tensors that the policy takes. */
import * as tf from '@tensorflow/tfjs';
import type { Crop, Policy } from '../policy/policy.js';
import type { PolicySpec } from '../policy/spec.js';
import { type Batch, type Crops, cameras } from './batches.js';

/**
 * Features of a batch's observations, (B·To, obsFeatureDim), raw low-dimensional values beside the cameras'. Gradients reach the
 * encoder through frames, and nothing through cached features.
 */
export function featuresOf(policy: Policy, spec: PolicySpec, batch: Batch): tf.Tensor2D {
  const rows = batch.size * spec.obsSteps;
  const lowDim = new Map<string, tf.Tensor2D>();
  for (const [key, values] of batch.lowDim) lowDim.set(key, matrix(values, rows));
  return policy.featuresFromCache(visionOf(policy, spec, batch, rows), lowDim);
}

function visionOf(policy: Policy, spec: PolicySpec, batch: Batch, rows: number): Map<string, tf.Tensor2D> {
  const { vision } = batch;
  const features = new Map<string, tf.Tensor2D>();
  if (vision.kind === 'features') {
    for (const [key, values] of vision.features) features.set(key, matrix(values, rows));
    return features;
  }
  for (const { key, shape } of cameras(spec)) {
    const images = imageTensor(vision.frames.get(key)!, shape);
    features.set(key, policy.encodeImage(key, images, cropOf(vision.crops, key)));
  }
  return features;
}

/** (n, H, W, C) from bytes; `shape` is (C, H, W). */
export function imageTensor(frames: Uint8Array, shape: readonly number[]): tf.Tensor4D {
  const [channels, height, width] = shape as [number, number, number];
  const count = frames.length / (channels * height * width);
  return tf.tensor4d(Int32Array.from(frames), [count, height, width, channels], 'int32');
}

/** Raw actions, (B, horizon, D). */
export function actionsOf(spec: PolicySpec, batch: Batch): tf.Tensor3D {
  return tf.tensor3d(batch.actions, [batch.size, spec.horizon, spec.actionDim]);
}

function matrix(values: Float32Array, rows: number): tf.Tensor2D {
  return tf.tensor2d(values, [rows, values.length / rows]);
}

function cropOf(crops: Crops, camera: string): Crop {
  return crops.kind === 'center' ? crops : { kind: 'offsets', ...crops.byCamera.get(camera)! };
}
