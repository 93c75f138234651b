/** Floating-point tensors as float32 values, and back into the dtype that they had. */
import { byteView } from '../../base/byteView.js';
import { toNumbers } from '../numbers.js';
import type { TorchDtype } from './types.js';

const FLOATS: readonly TorchDtype[] = ['float32', 'float16', 'bfloat16', 'float64'];

/** Whether `float32Of` reads it. float16 and bfloat16 are exact in float32; float64 rounds. */
export function isFloat(dtype: TorchDtype): boolean {
  return FLOATS.includes(dtype);
}

/** Little-endian elements of a dtype that `isFloat`, as float32; of float32 a view where the bytes are aligned. */
export function float32Of(bytes: Uint8Array, dtype: TorchDtype): Float32Array {
  switch (dtype) {
    case 'float32':
      return float32View(bytes);
    case 'bfloat16':
      return fromBfloat16(bytes);
    case 'float16':
      return Float32Array.from(toNumbers({ dtype: '<f2', shape: [], data: bytes })!);
    case 'float64':
      return Float32Array.from(toNumbers({ dtype: '<f8', shape: [], data: bytes })!);
    default:
      throw new Error(`${dtype} is not read as float32`);
  }
}

/** float32 values in a dtype that `isFloat`, rounded to the nearest, ties to even, as torch's `to` does. */
export function floatBytes(values: Float32Array, dtype: TorchDtype): Uint8Array {
  switch (dtype) {
    case 'float32':
      return byteView(values);
    case 'bfloat16':
      return byteView(toBfloat16(values));
    case 'float16':
      return byteView(toFloat16(values));
    case 'float64':
      return byteView(Float64Array.from(values));
    default:
      throw new Error(`float32 is not written as ${dtype}`);
  }
}

/** The bytes as float32 values; copied only when they do not begin at a multiple of four. */
export function float32View(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, Math.floor(bytes.byteLength / 4));
}

/** A bfloat16 is the upper half of a float32. */
function fromBfloat16(bytes: Uint8Array): Float32Array {
  const words = new Uint8Array(bytes.length * 2);
  for (let at = 0; at < bytes.length; at += 2) {
    words[at * 2 + 2] = bytes[at]!;
    words[at * 2 + 3] = bytes[at + 1]!;
  }
  return float32View(words);
}

function toBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const result = new Uint16Array(bits.length);
  // A loop, here and below: `from` with a function takes six times as long, and tensors have millions of elements.
  for (let at = 0; at < bits.length; at += 1) {
    const word = bits[at]!;
    const noNumber = (word & 0x7fffffff) > 0x7f800000;
    result[at] = noNumber ? 0x7fc0 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return result;
}

function toFloat16(values: Float32Array): Uint16Array {
  const result = new Uint16Array(values.length);
  for (let at = 0; at < values.length; at += 1) result[at] = halfBits(values[at]!);
  return result;
}

/** IEEE 754 binary16. */
function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00; // rounds to infinity
  if (size < 2 ** -14) return sign | toEven(size * 2 ** 24);
  let exponent = -14;
  while (size >= 2 ** (exponent + 1)) exponent += 1;
  // A fraction that rounds up to 2 carries into the exponent.
  return sign | (((exponent + 14) << 10) + toEven((size / 2 ** exponent) * 1024));
}

function toEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
