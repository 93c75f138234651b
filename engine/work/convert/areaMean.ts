/** Shrinks RGB images by their area mean. */
import { MAX_FACTOR, rowKernel } from './areaMeanKernel.js';

/**
 * Shrinks RGB images by the exact area mean: each output pixel is the mean of the source area that it covers. The
 * arithmetic follows the definition of OpenCV's INTER_AREA (integer sums for whole factors, float32 weights otherwise,
 * halves to even, but upwards for a factor of 2), so the grey levels agree.
 * `source` is (height, width, 3), `target` (targetHeight, targetWidth, 3).
 */
export type AreaMean = (source: Uint8Array, target: Uint8Array) => void;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Throws `RangeError` when either side would grow. */
export function areaMean(from: Size, to: Size): AreaMean {
  if (to.width > from.width || to.height > from.height) throw new RangeError('an area mean only shrinks');
  if (to.width === from.width && to.height === from.height) return (source, target) => target.set(source);
  const whole = isWhole(from.width / to.width) && isWhole(from.height / to.height);
  return whole ? wholeFactors(from, to) : fractionalFactors(from, to);
}

/** A whole factor that the kernel takes; larger ones are as good as fractional. */
function isWhole(factor: number): boolean {
  return Number.isInteger(factor) && factor <= MAX_FACTOR;
}

function wholeFactors(from: Size, to: Size): AreaMean {
  const factorY = from.height / to.height;
  const kernel = rowKernel(to.width, from.width / to.width, factorY);
  const bandBytes = kernel.source.length;
  const rowBytes = kernel.target.length;
  return (source, target) => {
    for (let y = 0; y < to.height; y += 1) {
      kernel.source.set(source.subarray(y * bandBytes, (y + 1) * bandBytes));
      kernel.run();
      target.set(kernel.target, y * rowBytes);
    }
  };
}

/** Which source positions one target position covers, and each one's share of it. */
interface Cover {
  readonly first: number;
  readonly weights: Float32Array;
}

function covers(from: number, to: number): Cover[] {
  const scale = from / to;
  return Array.from({ length: to }, (_, k) => {
    const low = k * scale;
    const high = low + scale;
    const cell = Math.min(scale, from - low);
    const wholeEnd = Math.min(Math.floor(high), from - 1);
    const wholeStart = Math.min(Math.ceil(low), wholeEnd);
    // Shares below a thousandth are rounding noise of k · scale.
    const before = wholeStart - low > 1e-3 ? [(wholeStart - low) / cell] : [];
    const after = high - wholeEnd > 1e-3 ? [Math.min(high - wholeEnd, 1, cell) / cell] : [];
    const inside = new Array<number>(wholeEnd - wholeStart).fill(1 / cell);
    return {
      first: wholeStart - before.length,
      weights: Float32Array.from([...before, ...inside, ...after]),
    };
  });
}

function fractionalFactors(from: Size, to: Size): AreaMean {
  const columns = covers(from.width, to.width);
  const rows = covers(from.height, to.height);
  const line = new Float32Array(to.width * 3);
  const sums = new Float32Array(to.width * 3);
  return (source, target) => {
    const rounded = new Uint8ClampedArray(target.buffer, target.byteOffset, target.byteLength);
    rows.forEach(({ first, weights }, y) => {
      sums.fill(0);
      weights.forEach((weight, k) => {
        meanOfLine(source, (first + k) * from.width * 3, columns, line);
        for (let at = 0; at < sums.length; at += 1) sums[at]! += Math.fround(weight * line[at]!);
      });
      rounded.set(sums, y * sums.length);
    });
  };
}

function meanOfLine(source: Uint8Array, start: number, columns: readonly Cover[], line: Float32Array): void {
  let to = 0;
  for (const { first, weights } of columns) {
    let red = 0;
    let green = 0;
    let blue = 0;
    let at = start + first * 3;
    for (let k = 0; k < weights.length; k += 1, at += 3) {
      const weight = weights[k]!;
      red = Math.fround(red + Math.fround(source[at]! * weight));
      green = Math.fround(green + Math.fround(source[at + 1]! * weight));
      blue = Math.fround(blue + Math.fround(source[at + 2]! * weight));
    }
    line[to] = red;
    line[to + 1] = green;
    line[to + 2] = blue;
    to += 3;
  }
}
