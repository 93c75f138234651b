/** The image encoder: ResNet-18 with group normalisation, spatial softmax over 32 key points, a linear layer. */
import * as tf from '@tensorflow/tfjs';
import { groupNorm } from './groupNorm.js';
import { linear } from './layers.js';
import type { ParameterStore } from './parameters.js';

const STAGES = [4, 5, 6, 7] as const; // children of the backbone, two blocks each

/** One camera's features: `images` (n,h,w,C) normalised → (n,64). */
export function encodeImages(params: ParameterStore, camera: string, images: tf.Tensor4D): tf.Tensor2D {
  const core = `obs_encoder.obs_nets.${camera}`;
  return tf.tidy(() => {
    const points = keyPoints(params, `${core}.pool`, resNet18(params, `${core}.backbone.nets`, images));
    return tf.relu(linear(points, params.get(`${core}.nets.3.weight`), params.get(`${core}.nets.3.bias`)));
  });
}

function resNet18(params: ParameterStore, name: string, images: tf.Tensor4D): tf.Tensor4D {
  let x = conv(images, params.get(`${name}.0.weight`), 2);
  x = groupNorm(x, ...scaleAndOffset(params, `${name}.1`), { relu: false });
  // The ReLU comes after the pooling, with which it commutes, on a quarter of the pixels; before a ReLU zeros pad as well
  // as PyTorch's minus infinity does.
  x = tf.relu(tf.maxPool(tf.pad(x, around(1)), 3, 2, 'valid'));
  for (const stage of STAGES) {
    x = block(params, `${name}.${stage}.0`, x, stage === 4 ? 1 : 2);
    x = block(params, `${name}.${stage}.1`, x, 1);
  }
  return x;
}

function block(params: ParameterStore, name: string, x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  const inner = norm(params, `${name}.bn1`, conv(x, params.get(`${name}.conv1.weight`), stride));
  const outer = conv(inner, params.get(`${name}.conv2.weight`), 1);
  const shortcut = stride === 1 ? x : downsample(params, `${name}.downsample`, x);
  return groupNorm(outer, ...scaleAndOffset(params, `${name}.bn2`), { shortcut });
}

function downsample(params: ParameterStore, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const small = tf.conv2d(x, params.get(`${name}.0.weight`) as tf.Tensor4D, 2, 'valid');
  return groupNorm(small, ...scaleAndOffset(params, `${name}.1`), { relu: false });
}

function norm(params: ParameterStore, name: string, x: tf.Tensor4D): tf.Tensor4D {
  return groupNorm(x, ...scaleAndOffset(params, name));
}

function scaleAndOffset(params: ParameterStore, name: string): [tf.Tensor1D, tf.Tensor1D] {
  return [params.get(`${name}.weight`) as tf.Tensor1D, params.get(`${name}.bias`) as tf.Tensor1D];
}

/**
 * A convolution with PyTorch's symmetric padding of half the kernel. The backend's `same` pads unevenly when the stride
 * does not fit, so zeros are then added explicitly.
 */
function conv(x: tf.Tensor4D, kernel: tf.Tensor, stride: 1 | 2): tf.Tensor4D {
  const pad = (kernel.shape[0] - 1) / 2;
  if (stride === 1) return tf.conv2d(x, kernel as tf.Tensor4D, 1, 'same');
  const padded = tf.pad(x, around(pad));
  return tf.conv2d(padded, kernel as tf.Tensor4D, stride, 'valid');
}

/** `width` rows and columns of zeros on each side of (n,h,w,C). */
function around(width: number): [number, number][] {
  return [0, width, width, 0].map((size) => [size, size]);
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
