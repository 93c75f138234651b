/** A ResNet up to its feature map, whatever its norms are and its parts are called. */
import * as tf from '@tensorflow/tfjs';
import type { NormKind } from '../../judge/policy/batchNorm.js';
import { type ResnetParts, STAGE_WIDTHS } from '../../judge/policy/resnetKeys.js';
import { batchNorm } from './batchNorm.js';
import type { BatchStatistics } from './batchStatistics.js';
import { groupNorm } from './groupNorm.js';
import type { ParameterStore } from './parameters.js';

interface Params extends Pick<ParameterStore, 'get'> {
  readonly norm: NormKind;
  /** Present in training mode. */
  readonly statistics: BatchStatistics | undefined;
}

/** Images (n,h,w,3) → features (n,h/32,w/32,channels), both sides rounded up. With `statistics` its BatchNorms are in training mode. */
export function resnet(
  store: Pick<ParameterStore, 'get'>,
  name: string,
  images: tf.Tensor4D,
  { names, layout, norm }: ResnetParts,
  statistics?: BatchStatistics,
): tf.Tensor4D {
  const params: Params = { get: (key) => store.get(key), norm, statistics };
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
  const normed = norm(params, afterIt, x, { relu: false });
  return tf.relu(tf.maxPool(tf.pad(normed, around(1)), 3, 2, 'valid'));
}

function basicBlock(params: Params, name: string, x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  const inner = norm(params, `${name}.bn1`, conv(x, params.get(`${name}.conv1.weight`), stride));
  const outer = conv(inner, params.get(`${name}.conv2.weight`), 1);
  const shortcut = stride === 1 ? x : downsample(params, name, x, stride);
  return norm(params, `${name}.bn2`, outer, { shortcut });
}

/** torchvision strides in the 3×3 convolution; its first stage widens the channels without a stride. */
function bottleneck(params: Params, name: string, x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  const narrow = norm(params, `${name}.bn1`, conv(x, params.get(`${name}.conv1.weight`), 1));
  const inner = norm(params, `${name}.bn2`, conv(narrow, params.get(`${name}.conv2.weight`), stride));
  const outer = conv(inner, params.get(`${name}.conv3.weight`), 1);
  const isSame = outer.shape[3] === x.shape[3];
  const shortcut = isSame ? x : downsample(params, name, x, stride);
  return norm(params, `${name}.bn3`, outer, { shortcut });
}

function downsample(params: Params, block: string, x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  const name = `${block}.downsample`;
  const small = tf.conv2d(x, params.get(`${name}.0.weight`) as tf.Tensor4D, stride, 'valid');
  return norm(params, `${name}.1`, small, { relu: false });
}

function norm(
  params: Params,
  name: string,
  x: tf.Tensor4D,
  options: { readonly relu?: boolean; readonly shortcut?: tf.Tensor4D } = {},
): tf.Tensor4D {
  if (params.norm === 'BatchNorm')
    return batchNorm(params, name, x, { ...options, statistics: params.statistics });
  const [gamma, beta] = [params.get(`${name}.weight`), params.get(`${name}.bias`)];
  return groupNorm(x, gamma as tf.Tensor1D, beta as tf.Tensor1D, options);
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
