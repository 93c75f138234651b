/** torchvision's image encoder of one camera: ImageNet's scale where the policy has it, a ResNet, the mean of its feature map. */
import * as tf from '@tensorflow/tfjs';
import { MODELS, type MultiImageShape, NAMES } from '../../judge/policy/multiImageEncoder.js';
import { RESNETS } from '../../judge/policy/resnetKeys.js';
import type { ParameterStore } from './parameters.js';
import { resnet } from './resnet.js';

/** Of red, green and blue; upstream applies them behind the normaliser, whatever its range. */
const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

/** `images` (n,h,w,3) normalised → (n,channels). */
export function encodeWithResnet(
  params: Pick<ParameterStore, 'get'>,
  camera: string,
  images: tf.Tensor4D,
  encoder: Pick<MultiImageShape, 'resnet' | 'imagenetNorm'>,
): tf.Tensor2D {
  return tf.tidy(() => {
    const seen = encoder.imagenetNorm ? onImagenetsScale(images) : images;
    const layout = RESNETS.get(encoder.resnet)!;
    const map = resnet(params, `${MODELS}${camera}`, seen, { names: NAMES, layout });
    return tf.mean<tf.Tensor2D>(map, [1, 2]);
  });
}

function onImagenetsScale(images: tf.Tensor4D): tf.Tensor4D {
  const { mean, deviation } = IMAGENET;
  return tf.div(tf.sub(images, tf.tensor1d([...mean])), tf.tensor1d([...deviation]));
}
