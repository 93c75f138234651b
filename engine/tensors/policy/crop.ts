/** Turns camera images into what the encoder sees of them: resized, then cropped at the centre or at a separate offset for each image. */

import * as tf from '@tensorflow/tfjs';
import { roundHalfEven } from '../../base/rounding.js';
import type { CameraView, ImageSize } from '../../judge/policy/spec.js';
import { wholeOf } from '../../judge/policy/view.js';
import type { Crop } from '../../training/loop/batches.js';
import { Resize, type Window } from './resize.js';

/** Frames (n,H,W,C) as bytes, `shape` (C,H,W) → pixels (n,height,width,C) as float32, still 0 … 255. */
export function seenFrames(
  frames: Uint8Array,
  shape: readonly number[],
  view: Pick<CameraView, 'size' | 'resized'>,
  crop: Crop,
): tf.Tensor4D {
  const [channels, height, width] = shape as [number, number, number];
  const whole = wholeOf(view, { shape });
  const frame = height * width * channels;
  const count = frames.length / frame;
  const part = view.size[0] * view.size[1] * channels;
  const pixels = new Float32Array(count * part);
  const isResized = whole[0] !== height || whole[1] !== width;
  const resize = isResized ? new Resize([height, width], whole, channels) : undefined;
  for (let image = 0; image < count; image += 1) {
    const window = windowOf(crop, image, whole, view.size);
    const own = frames.subarray(image * frame, (image + 1) * frame);
    if (resize === undefined) copyWindow(own, window, width * channels, channels, pixels, image * part);
    else resize.write(own, window, pixels, image * part);
  }
  return tf.tensor4d(pixels, [count, ...view.size, channels]);
}

/** The same of images that are not resized. */
export function cropFrames(
  frames: Uint8Array,
  shape: readonly number[],
  size: ImageSize,
  crop: Crop,
): tf.Tensor4D {
  return seenFrames(frames, shape, { size }, crop);
}

function windowOf(crop: Crop, image: number, whole: ImageSize, [height, width]: ImageSize): Window {
  const [top, left] =
    crop.kind === 'offsets'
      ? [crop.top[image]!, crop.left[image]!]
      : // as torchvision's centre crop
        [roundHalfEven((whole[0] - height) / 2), roundHalfEven((whole[1] - width) / 2)];
  return { top, left, height, width };
}

function copyWindow(
  image: Uint8Array,
  { top, left, height, width }: Window,
  line: number,
  channels: number,
  pixels: Float32Array,
  at: number,
): void {
  const row = width * channels;
  for (let y = 0, from = top * line + left * channels; y < height; y += 1, from += line)
    pixels.set(image.subarray(from, from + row), at + y * row);
}
