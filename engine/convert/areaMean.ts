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
  const wholeX = from.width % to.width === 0;
  const wholeY = from.height % to.height === 0;
  return wholeX && wholeY ? wholeFactors(from, to) : fractionalFactors(from, to);
}

function wholeFactors(from: Size, to: Size): AreaMean {
  const factorX = from.width / to.width;
  const factorY = from.height / to.height;
  // 16 bits hold the sum of 257 rows.
  const sums = factorY <= 257 ? new Uint16Array(from.width * 3) : new Uint32Array(from.width * 3);
  const scale = Math.fround(1 / (factorX * factorY));
  const halfUp = factorX === 2 && factorY === 2;
  return (source, target) => {
    const rounded = new Uint8ClampedArray(target.buffer, target.byteOffset, target.byteLength); // halves to even
    let at = 0;
    for (let y = 0; y < to.height; y += 1) {
      sumRows(source, y * factorY, factorY, sums);
      for (let x = 0, column = 0; x < to.width; x += 1) {
        let red = 0;
        let green = 0;
        let blue = 0;
        for (let k = 0; k < factorX; k += 1, column += 3) {
          red += sums[column]!;
          green += sums[column + 1]!;
          blue += sums[column + 2]!;
        }
        rounded[at] = halfUp ? (red + 2) >> 2 : Math.fround(red * scale);
        rounded[at + 1] = halfUp ? (green + 2) >> 2 : Math.fround(green * scale);
        rounded[at + 2] = halfUp ? (blue + 2) >> 2 : Math.fround(blue * scale);
        at += 3;
      }
    }
  };
}

/** Adds up `count` rows from `first` on, column by column. */
function sumRows(source: Uint8Array, first: number, count: number, sums: Uint16Array | Uint32Array): void {
  const rowBytes = sums.length;
  if (rowBytes % 4 === 0 && source.byteOffset % 4 === 0 && sums instanceof Uint16Array) {
    sumRowsByWords(source, first, count, sums);
    return;
  }
  sums.fill(0);
  for (let row = first; row < first + count; row += 1) {
    const at = row * rowBytes;
    for (let column = 0; column < rowBytes; column += 1) sums[column]! += source[at + column]!;
  }
}

/**
 * Four bytes at a time, the even and the odd ones in a word each, two 16-bit sums to a word. The words are signed, since
 * engines add those fastest; storing keeps the low 16 bits. Node runs on little-endian machines only.
 */
function sumRowsByWords(source: Uint8Array, first: number, count: number, sums: Uint16Array): void {
  const rowWords = sums.length / 4;
  const words = new Int32Array(source.buffer, source.byteOffset, source.byteLength >> 2);
  for (let word = 0; word < rowWords; word += 1) {
    let even = 0;
    let odd = 0;
    for (let row = 0, at = first * rowWords + word; row < count; row += 1, at += rowWords) {
      const four = words[at]!;
      even = (even + (four & 0x00ff00ff)) | 0;
      odd = (odd + ((four >>> 8) & 0x00ff00ff)) | 0;
    }
    const column = word * 4;
    sums[column] = even;
    sums[column + 1] = odd;
    sums[column + 2] = even >>> 16;
    sums[column + 3] = odd >>> 16;
  }
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
