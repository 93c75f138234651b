/** Elements of every dtype as numbers. */
import { expect, test } from 'vitest';
import { toNumbers } from '../../engine/formats/numbers.js';

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
const read = (dtype: string, values: ArrayBufferView) =>
  toNumbers({ dtype, shape: [], data: bytesOf(values) });

test.each([
  ['|b1', Uint8Array.of(0, 1), [0, 1]],
  ['|u1', Uint8Array.of(0, 255), [0, 255]],
  ['|i1', Int8Array.of(-128, 127), [-128, 127]],
  ['<u2', Uint16Array.of(65535), [65535]],
  ['<i2', Int16Array.of(-32768), [-32768]],
  ['<u4', Uint32Array.of(4294967295), [4294967295]],
  ['<i4', Int32Array.of(-2147483648), [-2147483648]],
  ['<u8', BigUint64Array.of(2n ** 53n), [2 ** 53]],
  ['<i8', BigInt64Array.of(-5n), [-5]],
  ['<f4', Float32Array.of(0.5, NaN), [0.5, NaN]],
  ['<f8', Float64Array.of(0.1, -Infinity), [0.1, -Infinity]],
] as const)('%s', (dtype, values, expected) => {
  expect(Array.from(read(dtype, values)!)).toEqual(expected);
});

test('half precision: zero of both signs, subnormal, normal, the largest, infinite, not a number', () => {
  const bits = Uint16Array.of(0x0000, 0x8000, 0x0001, 0x3c00, 0xc000, 0x7bff, 0x7c00, 0xfc00, 0x7e00);
  expect(Array.from(read('<f2', bits)!)).toEqual([0, -0, 2 ** -24, 1, -2, 65504, Infinity, -Infinity, NaN]);
});

test('a view that begins at an odd byte, as in the middle of a pickle', () => {
  const whole = new Uint8Array(9);
  whole.set(bytesOf(Float64Array.of(1.25)), 1);
  expect(Array.from(read('<f8', whole.subarray(1))!)).toEqual([1.25]);
});

test.each(['<c8', '<U3', '|S5', '>f4', ''])('%j is not a real number of ours', (dtype) => {
  expect(read(dtype, new Uint8Array(8))).toBeUndefined();
});
