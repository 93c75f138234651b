/** Cropping camera images: at the centre, or at an offset of each image's own. */
import * as tf from '@tensorflow/tfjs';

export type Crop =
  | { readonly kind: 'center' }
  /** One pair per image of the batch, in pixels. */
  | { readonly kind: 'offsets'; readonly top: Int32Array; readonly left: Int32Array };

/** `images` (n,H,W,C) → (n,height,width,C). */
export function cropImages(
  images: tf.Tensor4D,
  [height, width]: readonly [number, number],
  crop: Crop,
): tf.Tensor4D {
  const [count, fullHeight, fullWidth, channels] = images.shape;
  if (crop.kind === 'center') {
    const top = roundHalfToEven((fullHeight - height) / 2);
    const left = roundHalfToEven((fullWidth - width) / 2);
    return tf.slice(images, [0, top, left, 0], [count, height, width, channels]);
  }
  const cut = Array.from({ length: count }, (_, index) =>
    tf.slice(images, [index, crop.top[index]!, crop.left[index]!, 0], [1, height, width, channels]),
  );
  return cut.length === 1 ? cut[0]! : tf.concat(cut, 0);
}

/** Python's `round`, which torchvision's centre crop uses. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
