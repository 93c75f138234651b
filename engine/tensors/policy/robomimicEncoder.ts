/** robomimic's image encoders: ResNet-18, spatial softmax over 32 key points, a linear layer. */
import * as tf from '@tensorflow/tfjs';
import { RESNET_18, type ResnetParts } from '../../judge/policy/resnetKeys.js';
import { BACKBONE, type RobomimicShape } from '../../judge/policy/robomimicEncoder.js';
import type { BatchStatistics } from './batchStatistics.js';
import { linear } from './layers.js';
import type { ParameterStore } from './parameters.js';
import { resnet } from './resnet.js';

/** Each camera's features: normalised images (n,h,w,C) → (n,64). With `statistics` BatchNorms are in training mode. */
export function encodeImages(
  params: ParameterStore,
  images: ReadonlyMap<string, tf.Tensor4D>,
  { encoderNorm }: RobomimicShape,
  statistics?: BatchStatistics,
): Map<string, tf.Tensor2D> {
  const parts: ResnetParts = { names: BACKBONE, layout: RESNET_18, norm: encoderNorm };
  return new Map(
    [...images].map(([camera, own]) => [camera, encodeCamera(params, camera, own, parts, statistics)]),
  );
}

function encodeCamera(
  params: ParameterStore,
  camera: string,
  images: tf.Tensor4D,
  parts: ResnetParts,
  statistics: BatchStatistics | undefined,
): tf.Tensor2D {
  const core = `obs_encoder.obs_nets.${camera}`;
  return tf.tidy(() => {
    const map = resnet(params, `${core}.backbone.nets`, images, parts, statistics);
    const points = keyPoints(params, `${core}.pool`, map);
    return tf.relu(linear(points, params.get(`${core}.nets.3.weight`), params.get(`${core}.nets.3.bias`)));
  });
}

/** The soft argmax of each of 32 channels: x and y in -1 … 1; `features` (n,h,w,512) → (n,64). */
function keyPoints(params: ParameterStore, name: string, features: tf.Tensor4D): tf.Tensor2D {
  const [count, height, width, channels] = features.shape;
  const kernel = params.get(`${name}.nets.weight`).reshape<tf.Tensor2D>([channels, -1]); // (512,32)
  const flat = features.reshape<tf.Tensor2D>([-1, channels]);
  const heat = tf.add(tf.matMul(flat, kernel), params.get(`${name}.nets.bias`));
  const maps = heat.reshape<tf.Tensor3D>([count, height * width, -1]).transpose([0, 2, 1]);
  const attention = tf.softmax(tf.div(maps, params.get(`${name}.temperature`)));
  const positions = tf.concat([params.get(`${name}.pos_x`), params.get(`${name}.pos_y`)]); // (2,h·w)
  const points = tf.matMul(
    attention.reshape<tf.Tensor2D>([-1, height * width]),
    positions as tf.Tensor2D,
    false,
    true,
  );
  return points.reshape([count, -1]);
}
