/** An array's elements as numbers, in any width and kind that NumPy saves: from pickles, chunks, tensors and recordings. */
import type { NdArray } from './ndarray.js';

/** The elements as float64; undefined where the dtype is not a real number. 64-bit integers beyond 2^53 round. */
export function toNumbers({ dtype, data }: NdArray): Float64Array | undefined {
  const read = READERS[dtype];
  if (read === undefined) return undefined;
  const width = Number(dtype.slice(2));
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  // A loop: `Float64Array.from` with a function takes six times as long, and tensors have millions of elements.
  const numbers = new Float64Array(data.byteLength / width);
  for (let k = 0; k < numbers.length; k++) numbers[k] = read(view, k * width);
  return numbers;
}

const READERS: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  '|b1': (view, at) => view.getUint8(at),
  '|u1': (view, at) => view.getUint8(at),
  '|i1': (view, at) => view.getInt8(at),
  '<u2': (view, at) => view.getUint16(at, true),
  '<i2': (view, at) => view.getInt16(at, true),
  '<u4': (view, at) => view.getUint32(at, true),
  '<i4': (view, at) => view.getInt32(at, true),
  '<u8': (view, at) => Number(view.getBigUint64(at, true)),
  '<i8': (view, at) => Number(view.getBigInt64(at, true)),
  '<f2': (view, at) => half(view.getUint16(at, true)),
  '<f4': (view, at) => view.getFloat32(at, true),
  '<f8': (view, at) => view.getFloat64(at, true),
};

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
