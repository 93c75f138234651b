/** Kernels between PyTorch's order and the backend's: each axis goes where its family says, and comes back. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { deviceShape, toDevice, toTorch } from '../../../engine/tensors/policy/layout.js';

const counted = (length: number) => Float32Array.from({ length }, (_, index) => index);

test('a tensor without an order of its own is handed through', () => {
  const values = counted(6);
  const laid = { shape: [2, 3] };
  expect(deviceShape(laid)).toEqual([2, 3]);
  expect(toDevice(values, laid)).toBe(values);
  expect(toTorch(values, laid)).toBe(values);
});

test('a kernel (out,in,kh,kw) becomes (kh,kw,in,out)', () => {
  const laid = { shape: [2, 1, 2, 1], engineAxes: [2, 3, 1, 0] };
  expect(deviceShape(laid)).toEqual([2, 1, 1, 2]);
  expect([...toDevice(counted(4), laid)]).toEqual([0, 2, 1, 3]);
});

test('a kernel of one dimension (out,in,k) becomes (k,in,out)', () => {
  const laid = { shape: [2, 1, 3], engineAxes: [2, 1, 0] };
  expect(deviceShape(laid)).toEqual([3, 1, 2]);
  expect([...toDevice(counted(6), laid)]).toEqual([0, 3, 1, 4, 2, 5]);
});

describe('any order of any axes', () => {
  const laid = fc
    .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })
    .chain((shape) =>
      fc
        .shuffledSubarray([...shape.keys()], { minLength: shape.length })
        .map((engineAxes) => ({ shape, engineAxes })),
    );

  it('comes back as it was', () => {
    fc.assert(
      fc.property(laid, (one) => {
        const values = counted(one.shape.reduce((size, side) => size * side, 1));
        expect(toTorch(toDevice(values, one), one)).toEqual(values);
      }),
    );
  });

  it('puts each element at the index that its axes give', () => {
    fc.assert(
      fc.property(laid, fc.nat(), ({ shape, engineAxes }, seed) => {
        const size = shape.reduce((product, side) => product * side, 1);
        const place = shape.map((side, axis) => Math.floor(seed / (axis + 1)) % side);
        const indexIn = (sides: readonly number[], at: readonly number[]) =>
          at.reduce((index, step, axis) => index * sides[axis]! + step, 0);
        const moved = toDevice(counted(size), { shape, engineAxes });
        const sides = engineAxes.map((axis) => shape[axis]!);
        const at = engineAxes.map((axis) => place[axis]!);
        expect(moved[indexIn(sides, at)]).toBe(indexIn(shape, place));
      }),
    );
  });
});
