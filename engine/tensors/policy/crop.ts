/** Crops camera images on their way to the backend: at the centre, or at a separate offset for each image. */
import * as tf from '@tensorflow/tfjs';

export type Crop =
  | { readonly kind: 'center' }
  /** One pair per image of the batch, in pixels. */
  | { readonly kind: 'offsets'; readonly top: Int32Array; readonly left: Int32Array };

/** Frames (n,H,W,C) as bytes, `shape` (C,H,W) → pixels (n,height,width,C) as float32. */
export function cropFrames(
  frames: Uint8Array,
  shape: readonly number[],
  [height, width]: readonly [number, number],
  crop: Crop,
): tf.Tensor4D {
  const [channels, fullHeight, fullWidth] = shape as [number, number, number];
  const [line, frame] = [fullWidth * channels, fullHeight * fullWidth * channels];
  const [row, count] = [width * channels, frames.length / frame];
  const pixels = new Float32Array(count * height * row);
  for (let image = 0, to = 0; image < count; image += 1) {
    const [top, left] =
      crop.kind === 'offsets'
        ? [crop.top[image]!, crop.left[image]!]
        : [roundHalfToEven((fullHeight - height) / 2), roundHalfToEven((fullWidth - width) / 2)];
    let from = image * frame + top * line + left * channels;
    for (let y = 0; y < height; y += 1, from += line, to += row) {
      pixels.set(frames.subarray(from, from + row), to);
    }
  }
  return tf.tensor4d(pixels, [count, height, width, channels]);
}

/** Python's `round`, which torchvision's centre crop uses. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
