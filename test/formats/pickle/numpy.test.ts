import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { NdArray } from '../../../engine/formats/ndarray.js';
import { PyBytes, type PyDict, PyGlobal, PyObject, PyTuple } from '../../../engine/formats/pickle/model.js';
import { fromNdArray, toNdArray, toNdArrays } from '../../../engine/formats/pickle/numpy.js';
import { plainOf } from '../../../engine/formats/pickle/plain.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url)));
const arraysOf = (bytes: Uint8Array) => toNdArrays(readPickle(bytes), bytes.length);
const array = (
  dtype: string,
  shape: number[],
  values: ArrayLike<number | bigint> & { buffer: ArrayBufferLike },
) => ({
  dtype,
  shape,
  data: [...new Uint8Array(values.buffer)],
});

/** What `arrays()` of the fixture's script holds, in C order and little-endian. */
const EXPECTED = {
  c: array('<f4', [2, 3], Float32Array.of(0, 1, 2, 3, 4, 5)),
  fortran: array('<f4', [2, 3], Float32Array.of(0, 1, 2, 3, 4, 5)),
  big: array('<f4', [2, 3], Float32Array.of(0, 1, 2, 3, 4, 5)),
  bigFortran: array('<i8', [2, 3], BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 5n)),
  cube: array(
    '<i2',
    [2, 3, 4],
    Int16Array.from({ length: 24 }, (_, i) => i),
  ),
  strided: array('<f4', [2, 2], Float32Array.of(0, 2, 3, 5)),
  empty: array('<f8', [0, 7], new Float64Array()),
  bool: array('|b1', [2], Uint8Array.of(1, 0)),
  u1: array('|u1', [3], Uint8Array.of(0, 1, 2)),
  i4: array('<i4', [2], Int32Array.of(-1, 7)),
  complex: array('<c16', [1], Float64Array.of(1, 2)),
  text: array('<U2', [2], Uint32Array.of(97, 98, 0x5939, 0)),
  scalar: array('<f8', [], Float64Array.of(0.25)),
  count: array('<i8', [], BigInt64Array.of(7n)),
};

const listed = (arrays: ReadonlyMap<string, NdArray>) =>
  Object.fromEntries(
    [...arrays].map(([key, { dtype, shape, data }]) => [key, { dtype, shape: [...shape], data: [...data] }]),
  );

describe.each(['numpy1', 'numpy2'])('%s', (generation) => {
  test.each([0, 1, 2, 3, 4, 5])('protocol %i: any order and byte order', (protocol) => {
    const arrays = arraysOf(fixture(`pickle/arrays.${generation}.p${protocol}.pkl`));
    expect(listed(arrays)).toEqual(EXPECTED);
  });
});

test('a recording holds what was recorded', () => {
  const arrays = arraysOf(fixture('reference/cogact-mini/episode_0000/data.pkl'));
  const steps = arrays.get('timestamp')!.shape[0]!;
  expect([...arrays].map(([key, { dtype, shape }]) => [key, dtype, shape])).toEqual([
    ['robot_eef_pose', '<f4', [steps, 7]],
    ['robot_gripper', '<i8', [steps]],
    ['action', '<f4', [steps, 7]],
    ['action_gripper', '<i8', [steps]],
    ['timestamp', '<f8', [steps]],
    ['image_index', '<i8', [steps]],
  ]);
});

test('what is written is read back', () => {
  const { data, ...rest } = EXPECTED.bigFortran;
  const node = fromNdArray({ ...rest, data: Uint8Array.from(data) });
  expect(listed(new Map([['a', toNdArray(readPickle(writePickle(node, { protocol: 4 })))]])).a).toEqual(
    EXPECTED.bigFortran,
  );
});

test('a NumPy scalar among counters is a number', () => {
  const values = readPickle(fixture('pickle/arrays.numpy1.p2.pkl')) as PyDict;
  expect(plainOf(values.get('scalar')!)).toBe(0.25);
  expect(plainOf(values.get('count')!)).toBe(7);
});

test.each([
  ['bytes that are too few', 'f4', [2, 3], 23, 'has 23 bytes, expected 24'],
  ['a shape of 2^53 elements', 'f4', [2 ** 40, 2 ** 13], 8, 'has 8 bytes, expected'],
  ['Python objects', 'O8', [1], 8, 'dtype is "O8"'],
  ['an odd width', 'i3', [1], 3, 'width that is not supported'],
])('an array with %s is refused', (_, dtype, shape, bytes, message) => {
  const node = fromNdArray({ dtype: '<f4', shape: [], data: new Uint8Array(4) });
  const type = new PyObject('call', new PyGlobal('numpy', 'dtype'), new PyTuple([dtype, false, true]));
  node.state = new PyTuple([1, new PyTuple(shape), type, false, new PyBytes(new Uint8Array(bytes))]);
  expect(() => toNdArray(node)).toThrow(message);
});
