/**
 * Resized images, as torchvision's `Resize` makes them of tensors: bilinear and, since its version 0.17, smoothed where an image becomes
 * smaller, so that every pixel counts. Older versions skip that; images that become larger are the same in all.
 */
import type { ImageSize } from '../../judge/policy/spec.js';

/** A part of the resized image. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** For each position of the result, which positions of the source it is the weighted mean of. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `most` for each position. */
  readonly weights: Float32Array;
  readonly most: number;
}

/** Resizes images of one size, (H,W,C) as bytes, to another. */
export class Resize {
  private readonly rows: Taps;
  private readonly columns: Taps;

  constructor(
    private readonly from: ImageSize,
    to: ImageSize,
    private readonly channels: number,
  ) {
    this.rows = taps(from[0], to[0]);
    this.columns = taps(from[1], to[1]);
  }

  /** Writes the window of the resized image (height,width,C) to `result` from `at` on. */
  write(image: Uint8Array, window: Window, result: Float32Array, at: number): void {
    const line = this.from[1] * this.channels;
    const mixed = new Float32Array(line);
    const stride = window.width * this.channels;
    for (let y = 0; y < window.height; y += 1) {
      this.mixRows(image, window.top + y, mixed);
      this.mixColumns(mixed, window, result, at + y * stride);
    }
  }

  private mixRows(image: Uint8Array, y: number, mixed: Float32Array): void {
    const { first, count, weights, most } = this.rows;
    const line = mixed.length;
    mixed.fill(0);
    for (let tap = 0; tap < count[y]!; tap += 1) {
      const weight = weights[y * most + tap]!;
      const from = (first[y]! + tap) * line;
      for (let x = 0; x < line; x += 1) mixed[x] = mixed[x]! + weight * image[from + x]!;
    }
  }

  private mixColumns(mixed: Float32Array, { left, width }: Window, result: Float32Array, at: number): void {
    const { first, count, weights, most } = this.columns;
    const { channels } = this;
    for (let x = 0, to = at; x < width; x += 1) {
      const column = left + x;
      for (let channel = 0; channel < channels; channel += 1, to += 1) {
        let sum = 0;
        let from = first[column]! * channels + channel;
        for (let tap = 0; tap < count[column]!; tap += 1, from += channels)
          sum += weights[column * most + tap]! * mixed[from]!;
        result[to] = sum;
      }
    }
  }
}

/** A triangle around each position's centre in the source, as wide as two source pixels or, where it becomes smaller, two of the result's. */
function taps(from: number, to: number): Taps {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const most = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Float32Array(to * most);
  for (let at = 0; at < to; at += 1) {
    const centre = scale * (at + 0.5);
    first[at] = Math.max(Math.trunc(centre - support + 0.5), 0);
    count[at] = Math.min(Math.trunc(centre + support + 0.5), from) - first[at]!;
    const own = Array.from({ length: count[at]! }, (_, tap) =>
      Math.max(1 - Math.abs(tap + first[at]! - centre + 0.5) / support, 0),
    );
    const sum = own.reduce((all, weight) => all + weight, 0);
    for (const [tap, weight] of own.entries()) weights[at * most + tap] = weight / sum;
  }
  return { first, count, weights, most };
}
