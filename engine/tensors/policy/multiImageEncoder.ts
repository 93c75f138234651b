/** torchvision's image encoders: ImageNet's scale where the policy has it, a ResNet of each camera or of all, the mean of its feature map. */
import * as tf from '@tensorflow/tfjs';
import { type MultiImageShape, modelOf, resnetParts } from '../../judge/policy/multiImageEncoder.js';
import type { BatchStatistics } from './batchStatistics.js';
import type { ParameterStore } from './parameters.js';
import { resnet } from './resnet.js';

/** Of red, green and blue; upstream applies them behind the normaliser, whatever its range. */
const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

type Params = Pick<ParameterStore, 'get'>;
type Encoder = Omit<MultiImageShape, 'weights'>;

/** By camera: normalised images (n,h,w,3) → features (n,channels). With `statistics` BatchNorms are in training mode. */
export function encodeWithResnets(
  params: Params,
  images: ReadonlyMap<string, tf.Tensor4D>,
  encoder: Encoder,
  statistics?: BatchStatistics,
): Map<string, tf.Tensor2D> {
  if (encoder.isShared && images.size > 1) return encodedTogether(params, images, encoder, statistics);
  const encoded = [...images].map(
    ([camera, own]) => [camera, encodeWithResnet(params, camera, own, encoder, statistics)] as const,
  );
  return new Map(encoded);
}

/** One batch of all cameras, as upstream joins it: a BatchNorm measures them together. */
function encodedTogether(
  params: Params,
  images: ReadonlyMap<string, tf.Tensor4D>,
  encoder: Encoder,
  statistics: BatchStatistics | undefined,
): Map<string, tf.Tensor2D> {
  const cameras = [...images.keys()];
  const joined = tf.concat([...images.values()], 0);
  const features = encodeWithResnet(params, cameras[0]!, joined, encoder, statistics);
  const counts = [...images.values()].map(({ shape }) => shape[0]);
  const parts = tf.split<tf.Tensor2D>(features, counts, 0);
  return new Map(cameras.map((camera, index) => [camera, parts[index]!]));
}

function encodeWithResnet(
  params: Params,
  camera: string,
  images: tf.Tensor4D,
  encoder: Encoder,
  statistics: BatchStatistics | undefined,
): tf.Tensor2D {
  return tf.tidy(() => {
    const seen = encoder.imagenetNorm ? onImagenetsScale(images) : images;
    const map = resnet(params, modelOf(camera, encoder), seen, resnetParts(encoder), statistics);
    return tf.mean<tf.Tensor2D>(map, [1, 2]);
  });
}

function onImagenetsScale(images: tf.Tensor4D): tf.Tensor4D {
  const { mean, deviation } = IMAGENET;
  return tf.div(tf.sub(images, tf.tensor1d([...mean])), tf.tensor1d([...deviation]));
}
