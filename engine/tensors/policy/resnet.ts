/** A ResNet with group normalisation, up to its feature map, whatever its parts are called. */
import * as tf from '@tensorflow/tfjs';
import { type ResnetLayout, type ResnetNames, STAGE_WIDTHS } from '../../judge/policy/resnetKeys.js';
import { groupNorm } from './groupNorm.js';
import type { ParameterStore } from './parameters.js';

type Params = Pick<ParameterStore, 'get'>;

/** Images (n,h,w,3) → features (n,h/32,w/32,channels), both sides rounded up. */
export function resnet(
  params: Params,
  name: string,
  images: tf.Tensor4D,
  { names, layout }: { names: ResnetNames; layout: ResnetLayout },
): tf.Tensor4D {
  const block = layout.isBottleneck ? bottleneck : basicBlock;
  let x = stem(params, `${name}.${names.stem}`, `${name}.${names.stemNorm}`, images);
  for (const stage of STAGE_WIDTHS.keys())
    for (let nth = 0; nth < layout.blocks[stage]!; nth += 1)
      x = block(params, `${name}.${names.block(stage, nth)}`, x, stage > 0 && nth === 0 ? 2 : 1);
  return x;
}

/**
 * The ReLU comes after the pooling, with which it commutes, on a quarter of the pixels; before a ReLU zeros pad as well as PyTorch's
 * minus infinity does.
 */
function stem(params: Params, convolution: string, afterIt: string, images: tf.Tensor4D): tf.Tensor4D {
  const x = conv(images, params.get(`${convolution}.weight`), 2);
  const normed = groupNorm(x, ...scaleAndOffset(params, afterIt), { relu: false });
  return tf.relu(tf.maxPool(tf.pad(normed, around(1)), 3, 2, 'valid'));
}

function basicBlock(params: Params, name: string, x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  const inner = norm(params, `${name}.bn1`, conv(x, params.get(`${name}.conv1.weight`), stride));
  const outer = conv(inner, params.get(`${name}.conv2.weight`), 1);
  return added(params, `${name}.bn2`, outer, stride === 1 ? x : downsample(params, name, x, stride));
}

/** torchvision strides in the 3×3 convolution; its first stage widens the channels without a stride. */
function bottleneck(params: Params, name: string, x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  const narrow = norm(params, `${name}.bn1`, conv(x, params.get(`${name}.conv1.weight`), 1));
  const inner = norm(params, `${name}.bn2`, conv(narrow, params.get(`${name}.conv2.weight`), stride));
  const outer = conv(inner, params.get(`${name}.conv3.weight`), 1);
  const isSame = outer.shape[3] === x.shape[3];
  return added(params, `${name}.bn3`, outer, isSame ? x : downsample(params, name, x, stride));
}

function added(params: Params, name: string, x: tf.Tensor4D, shortcut: tf.Tensor4D): tf.Tensor4D {
  return groupNorm(x, ...scaleAndOffset(params, name), { shortcut });
}

function downsample(params: Params, block: string, x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  const name = `${block}.downsample`;
  const small = tf.conv2d(x, params.get(`${name}.0.weight`) as tf.Tensor4D, stride, 'valid');
  return groupNorm(small, ...scaleAndOffset(params, `${name}.1`), { relu: false });
}

function norm(params: Params, name: string, x: tf.Tensor4D): tf.Tensor4D {
  return groupNorm(x, ...scaleAndOffset(params, name));
}

function scaleAndOffset(params: Params, name: string): [tf.Tensor1D, tf.Tensor1D] {
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
