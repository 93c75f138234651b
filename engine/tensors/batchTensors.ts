/** Converts plain batches to the tensors that the policy takes. */
import * as tf from '@tensorflow/tfjs';
import type { PolicySpec } from '../judge/policy/spec.js';
import { observedSteps } from '../judge/policy/trajectory.js';
import { viewOf } from '../judge/policy/view.js';
import { type Batch, type Crops, cameras, cropOf } from '../training/loop/batches.js';
import type { BatchStatistics } from './policy/batchStatistics.js';
import { seenFrames } from './policy/crop.js';
import type { ObsBatch, Policy } from './policy/policy.js';

/** A batch's observations; the encoder's outputs, where they are cached, beside or instead of images. */
export interface BatchTensors extends ObsBatch {
  /** Raw actions, (B, horizon, D). */
  readonly actions: tf.Tensor3D;
  /** By camera, (B·S, width). */
  readonly features: ReadonlyMap<string, tf.Tensor2D>;
}

/** The caller disposes of them, or uses tidy. */
export function batchTensors(spec: PolicySpec, batch: Batch): BatchTensors {
  const rows = batch.size * observedSteps(spec);
  const matrix = (values: Float32Array) => tf.tensor2d(values, [rows, values.length / rows]);
  const { vision } = batch;
  return {
    actions: tf.tensor3d(batch.actions, [batch.size, spec.horizon, spec.actionDim]),
    lowDim: mapped(batch.lowDim, matrix),
    images: vision.kind === 'frames' ? imagesOf(spec, vision.frames, vision.crops) : new Map(),
    features: vision.kind === 'features' ? mapped(vision.features, matrix) : new Map(),
  };
}

/** In an order that depends only on the policy. */
export function tensorsOf({ actions, lowDim, images, features }: BatchTensors): tf.Tensor[] {
  return [actions, ...lowDim.values(), ...images.values(), ...features.values()];
}

/**
 * Features of a batch's observations, (B·S, obsFeatureDim), raw low-dimensional values beside the cameras'. Gradients reach
 * the encoder through frames, but not through cached features. With `statistics` the encoders are in training mode.
 */
export function featuresOf(policy: Policy, batch: BatchTensors, statistics?: BatchStatistics): tf.Tensor2D {
  return batch.features.size === 0
    ? policy.encode(batch, statistics)
    : policy.featuresFromCache(batch.features, batch.lowDim);
}

function imagesOf(
  spec: PolicySpec,
  frames: ReadonlyMap<string, Uint8Array>,
  crops: Crops,
): Map<string, tf.Tensor4D> {
  const images = cameras(spec).map(({ key, shape }): [string, tf.Tensor4D] => [
    key,
    seenFrames(frames.get(key)!, shape, viewOf(spec, key), cropOf(crops, key)),
  ]);
  return new Map(images);
}

function mapped<From, To>(entries: ReadonlyMap<string, From>, change: (from: From) => To): Map<string, To> {
  return new Map([...entries].map(([key, value]) => [key, change(value)]));
}
