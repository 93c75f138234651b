import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  contiguousStride,
  dtypeFacts,
  dtypeOfStorage,
  elementCount,
} from '../../../engine/formats/checkpoint/dtypes.js';
import { extent } from '../../../engine/formats/checkpoint/tensors.js';

test.each([
  ['float32', 4, 'FloatStorage'],
  ['bfloat16', 2, 'BFloat16Storage'],
  ['int64', 8, 'LongStorage'],
  ['bool', 1, 'BoolStorage'],
  ['complex128', 16, 'ComplexDoubleStorage'],
])('%s has %d bytes and the class %s', (dtype, bytes, storage) => {
  expect(dtypeFacts(dtype)).toMatchObject({ bytes, storage });
  expect(dtypeOfStorage(storage)).toBe(dtype);
});

test('newer dtypes have no class of storage, and unknown ones nothing', () => {
  expect(dtypeFacts('float8_e4m3fn')).toEqual({ bytes: 1 });
  for (const name of ['float', 'toString', '__proto__', '']) {
    expect(dtypeFacts(name)).toBeUndefined();
    expect(dtypeOfStorage(name)).toBeUndefined();
  }
});

test.each([
  [[], 1, []],
  [[3], 3, [1]],
  [[2, 3, 4], 24, [12, 4, 1]],
  [[2, 0, 4], 0, [4, 4, 1]], // an empty axis counts as one
  [[1, 1], 1, [1, 1]],
])('%j has %d elements and the stride %j', (shape, count, stride) => {
  expect(elementCount(shape)).toBe(count);
  expect(contiguousStride(shape)).toEqual(stride);
});

test('a contiguous tensor reaches as far as it has elements', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4), { maxLength: 4 }), (shape) => {
      expect(extent(shape, contiguousStride(shape))).toBe(elementCount(shape));
    }),
  );
});
