import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cOrder, gather, littleEndian } from '../../../engine/formats/pickle/strided.js';

/** Every index of a shape, in C order. */
function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, length) => all.flatMap((at) => Array.from({ length }, (_, i) => [...at, i])),
    [[]],
  );
}

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

test('each element comes from its place, whatever the strides', () => {
  const strides = fc.array(fc.nat(5), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(shapes, strides, fc.constantFrom(1, 2, 4, 8), (shape, all, width) => {
      const stride = all.slice(0, shape.length);
      const bytes = Uint8Array.from({ length: 100 * width }, (_, i) => i);
      const expected = indices(shape).flatMap((index) => {
        const from = index.reduce((sum, at, axis) => sum + at * stride[axis]!, 0) * width;
        return [...bytes.subarray(from, from + width)];
      });
      expect([...gather(bytes, shape, stride, width)]).toEqual(expected);
    }),
  );
});

test('Fortran’s order becomes C’s', () => {
  // [[1, 2, 3], [4, 5, 6]] by columns
  expect([...cOrder(Uint8Array.of(1, 4, 2, 5, 3, 6), [2, 3], 1)]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...cOrder(Uint8Array.of(1, 0, 2, 0), [2], 2)]).toEqual([1, 0, 2, 0]);
  expect([...cOrder(Uint8Array.of(9), [], 1)]).toEqual([9]);
});

test('elements without bytes take nothing, however many a shape claims', () => {
  expect(gather(new Uint8Array(), [2 ** 40], [0], 0)).toHaveLength(0);
});

test.each([
  [1, [1, 2, 3, 4, 5, 6, 7, 8]],
  [2, [2, 1, 4, 3, 6, 5, 8, 7]],
  [4, [4, 3, 2, 1, 8, 7, 6, 5]],
  [8, [8, 7, 6, 5, 4, 3, 2, 1]],
])('groups of %d bytes are reversed, in a copy', (unit, expected) => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  expect([...littleEndian(bytes, unit)]).toEqual(expected);
  expect([...bytes]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});
