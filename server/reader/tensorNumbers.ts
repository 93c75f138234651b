/** Elements of a tensor as float64, whatever its dtype. */
import { float32Of } from '../../engine/formats/checkpoint/floats.js';
import { toNumbers } from '../../engine/formats/numbers.js';

/** NumPy's names of torch's dtypes. */
const NUMPY: Readonly<Record<string, string>> = {
  float64: '<f8',
  float32: '<f4',
  float16: '<f2',
  int64: '<i8',
  int32: '<i4',
  int16: '<i2',
  int8: '|i1',
  uint64: '<u8',
  uint32: '<u4',
  uint16: '<u2',
  uint8: '|u1',
  bool: '|b1',
};

/** Undefined for complex and quantised elements. 64-bit integers beyond 2^53 round. */
export function tensorNumbers(dtype: string, data: Uint8Array): Float64Array | undefined {
  if (dtype === 'bfloat16') return Float64Array.from(float32Of(data, dtype));
  const table = Object.hasOwn(FLOAT8, dtype) ? FLOAT8[dtype]!() : undefined;
  if (table !== undefined) return Float64Array.from(data, (byte) => table[byte]!);
  return Object.hasOwn(NUMPY, dtype) ? toNumbers({ dtype: NUMPY[dtype]!, shape: [], data }) : undefined;
}

interface Float8 {
  readonly exponentBits: number;
  readonly bias: number;
  /** The meaning of bytes that do not follow the formula. */
  readonly special: (byte: number) => number | undefined;
}

/**
 * The formats of Micikevicius et al., "FP8 formats for deep learning" (2022), their `fnuz` variants, whose only NaN is the negative zero,
 * and the powers of two of the OCP microscaling formats.
 */
const FLOAT8: Readonly<Record<string, () => Float64Array>> = {
  float8_e4m3fn: once(() =>
    tableOf({ exponentBits: 4, bias: 7, special: (byte) => ((byte & 0x7f) === 0x7f ? NaN : undefined) }),
  ),
  float8_e4m3fnuz: once(() => tableOf({ exponentBits: 4, bias: 8, special: nanAtNegativeZero })),
  float8_e5m2: once(() => tableOf({ exponentBits: 5, bias: 15, special: ieee })),
  float8_e5m2fnuz: once(() => tableOf({ exponentBits: 5, bias: 16, special: nanAtNegativeZero })),
  float8_e8m0fnu: once(() =>
    Float64Array.from({ length: 256 }, (_, byte) => (byte === 255 ? NaN : 2 ** (byte - 127))),
  ),
};

function nanAtNegativeZero(byte: number): number | undefined {
  return byte === 0x80 ? NaN : undefined;
}

function ieee(byte: number): number | undefined {
  if ((byte & 0x7c) !== 0x7c) return undefined;
  if ((byte & 3) !== 0) return NaN;
  return byte & 0x80 ? -Infinity : Infinity;
}

function tableOf({ exponentBits, bias, special }: Float8): Float64Array {
  const fractionBits = 7 - exponentBits;
  return Float64Array.from({ length: 256 }, (_, byte) => {
    const sign = byte & 0x80 ? -1 : 1;
    const exponent = (byte & 0x7f) >> fractionBits;
    const fraction = (byte & ((1 << fractionBits) - 1)) / (1 << fractionBits);
    const size = exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias);
    return special(byte) ?? sign * size;
  });
}

function once(make: () => Float64Array): () => Float64Array {
  let made: Float64Array | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
