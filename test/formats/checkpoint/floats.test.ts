import fc from 'fast-check';
import { expect, test } from 'vitest';
import { float32Of, float32View, floatBytes, isFloat } from '../../../engine/formats/checkpoint/floats.js';

const VALUES = Float32Array.from([
  ...[0.1, -0, 1 / 3, 65504, 65519.9, 65520, 1e-8, 2 ** -25, 2 ** -24 * 1.5, 6.1e-5, 1.0009765, 2049, 2051],
  ...[Number.POSITIVE_INFINITY, 3.3895314e38, 1e-45],
]);
/** The bits that torch gives, as signed integers of 16 bits. */
const TORCH = {
  float16: [11878, -32768, 13653, 31743, 31743, 31744, 0, 0, 2, 1023, 15361, 26624, 26626, 31744, 31744, 0],
  bfloat16: [
    15821, -32768, 16043, 18304, 18304, 18304, 12844, 13056, 13248, 14464, 16256, 17664, 17664, 32640, 32639,
    0,
  ],
};

test.each(['float16', 'bfloat16'] as const)('%s is rounded as torch rounds it', (dtype) => {
  const bytes = floatBytes(VALUES, dtype);
  expect([...new Int16Array(bytes.buffer, bytes.byteOffset, VALUES.length)]).toEqual(TORCH[dtype]);
});

test.each(['float32', 'float16', 'bfloat16', 'float64'])('what %s holds comes back as it was', (dtype) => {
  expect(isFloat(dtype)).toBe(true);
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true })), (values) => {
      const held = float32Of(floatBytes(Float32Array.from(values), dtype), dtype);
      expect(float32Of(floatBytes(held, dtype), dtype)).toEqual(held);
      if (dtype === 'float32' || dtype === 'float64') expect([...held]).toEqual(values);
    }),
    { numRuns: 50 },
  );
});

test.each(['float32', 'float16', 'bfloat16', 'float64'])('NaN stays NaN in %s', (dtype) => {
  expect([...float32Of(floatBytes(Float32Array.of(Number.NaN, 1), dtype), dtype)]).toEqual([Number.NaN, 1]);
});

test('a double is rounded to the nearest float', () => {
  const bytes = new Uint8Array(Float64Array.of(0.1, 1e300).buffer);
  expect([...float32Of(bytes, 'float64')]).toEqual([Math.fround(0.1), Number.POSITIVE_INFINITY]);
});

test('all 65536 halves are read and written back', () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const values = float32Of(new Uint8Array(bits.buffer), 'float16');
  const back = floatBytes(values, 'float16');
  const words = new Uint16Array(back.buffer, back.byteOffset, 65536);
  const differing = bits.filter((word, i) => words[i] !== word && !Number.isNaN(values[i]));
  expect([...differing]).toEqual([]);
});

test('bytes that do not begin at a multiple of four are read all the same, others without a copy', () => {
  const buffer = new Uint8Array(9);
  buffer.set(new Uint8Array(Float32Array.of(1.5, -2).buffer), 1);
  expect([...float32View(buffer.subarray(1))]).toEqual([1.5, -2]);
  const aligned = new Uint8Array(8);
  expect(float32View(aligned).buffer).toBe(aligned.buffer);
});

test.each(['int64', 'bool', 'complex64', 'float8_e5m2', 'toString'])(
  '%s is not a float that is read',
  (dtype) => {
    expect(isFloat(dtype)).toBe(false);
    expect(() => float32Of(new Uint8Array(8), dtype)).toThrow(dtype);
    expect(() => floatBytes(new Float32Array(1), dtype)).toThrow(dtype);
  },
);
