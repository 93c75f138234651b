import { expect, test } from 'vitest';
import { countNonFinite } from '../../../engine/formats/checkpoint/nonFinite.js';

const bytes = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

test('NaN and infinity are counted in every float type, and nothing else', () => {
  const finite = [0, -0, 1, -1e-40, 3.4e38];
  expect(countNonFinite(bytes(Float32Array.from([...odd, ...finite])), 'float32')).toBe(3);
  expect(countNonFinite(bytes(Float64Array.from([...odd, 1e308, -5e-324])), 'float64')).toBe(3);
  expect(countNonFinite(bytes(Uint16Array.of(0x7c00, 0xfc00, 0x7e01, 0x7bff, 0x8001)), 'float16')).toBe(3);
  expect(countNonFinite(bytes(Uint16Array.of(0x7f80, 0xff80, 0x7fc0, 0x7f7f)), 'bfloat16')).toBe(3);
  expect(countNonFinite(bytes(Float32Array.from([1, Number.NaN])), 'complex64')).toBe(1);
  expect(countNonFinite(Uint8Array.of(0x7f, 0xff, 0x7e), 'float8_e4m3fn')).toBe(2);
  expect(countNonFinite(Uint8Array.of(0x80, 0x7f), 'float8_e4m3fnuz')).toBe(1);
  expect(countNonFinite(bytes(Float32Array.from(odd)), 'int32')).toBe(0);
});

test('bytes that lie at an odd place count the same', () => {
  const apart = new Uint8Array(13);
  apart.set(bytes(Float32Array.from(odd)), 1);
  expect(countNonFinite(apart.subarray(1), 'float32')).toBe(3);
});

test('-Infinity belongs into an attention mask, NaN and Infinity do not', () => {
  for (const [Kind, dtype] of [
    [Float32Array, 'float32'],
    [Float64Array, 'float64'],
  ] as const) {
    expect(countNonFinite(bytes(Kind.from(odd)), dtype, 'model.memory_mask')).toBe(2);
    expect(countNonFinite(bytes(Kind.from(odd)), dtype, 'model.unmask')).toBe(3);
  }
  expect(countNonFinite(bytes(Uint16Array.of(0xfc00, 0x7c00)), 'float16', 'model.mask')).toBe(1);
});
