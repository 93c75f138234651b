/** Stored values in the memory of a caller. */
import { expect, test } from 'vitest';
import { DataSetError } from '../../engine/formats/dataSet.js';
import { fillNumbers } from '../../engine/formats/rowBuffer.js';

const PLACE = { file: '/d.zarr', name: 'a' };
const array = (dtype: string, values: ArrayBufferView) => ({
  dtype,
  shape: [values.byteLength / Number(dtype.slice(2))],
  data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});

test.each([
  ['<f8', Float64Array.of(0.1, -2)],
  ['<f4', Float32Array.of(0.1, -2)],
  ['<i8', BigInt64Array.of(3n, -(2n ** 40n))],
  ['<i4', Int32Array.of(3, -4)],
  ['<u2', Uint16Array.of(3, 65535)],
  ['|u1', Uint8Array.of(3, 255)],
  ['|b1', Uint8Array.of(0, 1)],
] as const)('%s as floats of either width', (dtype, values) => {
  const numbers = Array.from(values as ArrayLike<number | bigint>, Number);
  const [single, double] = [new Float32Array(2), new Float64Array(2)];
  fillNumbers(array(dtype, values), single, PLACE);
  fillNumbers(array(dtype, values), double, PLACE);
  expect([...double]).toEqual(numbers);
  expect([...single]).toEqual(numbers.map(Math.fround));
});

test('a half float, and values at an odd place of their buffer', () => {
  const bytes = Uint8Array.of(9, 0, 0x3c, 0, 0xc0).subarray(1);
  const into = new Float32Array(2);
  fillNumbers({ dtype: '<f2', shape: [2], data: bytes }, into, PLACE);
  expect([...into]).toEqual([1, -2]);
});

test('bytes for bytes and booleans alone', () => {
  const into = new Uint8Array(2);
  fillNumbers(array('|b1', Uint8Array.of(1, 0)), into, PLACE);
  expect([...into]).toEqual([1, 0]);
  expect(() => fillNumbers(array('<f4', Float32Array.of(1, 2)), into, PLACE)).toThrow(
    '/d.zarr: array a has dtype <f4, expected bytes or booleans',
  );
});

test('what is not a real number', () => {
  const complex = array('<c8', new Uint8Array(8));
  expect(() => fillNumbers(complex, new Float32Array(1), PLACE)).toThrow(DataSetError);
  expect(() => fillNumbers(complex, new Float32Array(1), PLACE)).toThrow(/dtype <c8, expected real numbers/);
});

test('memory of another length is a fault of the caller', () => {
  expect(() => fillNumbers(array('<f4', Float32Array.of(1, 2)), new Float64Array(3), PLACE)).toThrow(
    RangeError,
  );
  expect(() => fillNumbers(array('|u1', Uint8Array.of(1, 2)), new Uint8Array(1), PLACE)).toThrow(RangeError);
});
