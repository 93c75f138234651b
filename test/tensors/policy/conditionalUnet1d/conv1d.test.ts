/** Convolutions over time against their definition, step by step and tap by tap. (Their gradients are compared with upstream's in the families' tests.) */
// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Stream } from '../../../../engine/base/streams.js';
import { openBackend } from '../../../../engine/tensors/backend/open.js';
import { conv1d, upsample1d } from '../../../../engine/tensors/policy/conditionalUnet1d/conv1d.js';
import { relativeError } from '../reference.js';

const random = (shape: [number, number, number], salt: number) =>
  tf.tensor3d(new Stream(7, 'noise', salt).normals(shape[0] * shape[1] * shape[2]), shape);
const bias = (out: number) => tf.tensor1d(Float32Array.from({ length: out }, (_, index) => index / 8 - 0.5));
type Nested = number[][][];
const nested = (x: tf.Tensor3D) => x.arraySync() as Nested;

beforeAll(async () => {
  await openBackend({ request: 'auto' });
});

/** As PyTorch defines it, kernel (k,in,out). */
function defined(x: Nested, kernel: Nested, offsets: number[], stride: number, padding: number): Nested {
  return x.map((steps) => {
    const count = Math.floor((steps.length + 2 * padding - kernel.length) / stride) + 1;
    return Array.from({ length: count }, (_, to) =>
      offsets.map((offset, out) =>
        kernel.reduce(
          (sum, taps, tap) =>
            sum +
            (steps[to * stride + tap - padding] ?? []).reduce(
              (part, value, channel) => part + value * taps[channel]![out]!,
              0,
            ),
          offset,
        ),
      ),
    );
  });
}

describe('conv1d', () => {
  it.each([
    { size: 5, stride: 1, padding: 2 },
    { size: 3, stride: 1, padding: 1 },
    { size: 3, stride: 2, padding: 1 },
    { size: 1, stride: 1, padding: 0 },
  ] as const)('%j is what its definition says', ({ size, stride, padding }) => {
    const [x, kernel, offsets] = [random([2, 6, 3], 1), random([size, 3, 4], 2), bias(4)];
    const expected = defined(nested(x), nested(kernel), [...offsets.dataSync()], stride, padding);
    const found = conv1d(x, kernel, offsets, { stride, padding });
    expect(found.shape).toEqual([2, expected[0]!.length, 4]);
    expect(relativeError(found.dataSync(), expected.flat(2))).toBeLessThan(1e-5);
  });
});

describe('upsample1d', () => {
  it('adds tap j of step i to step 2i - 1 + j', () => {
    const [x, kernel, offsets] = [random([2, 3, 2], 3), random([2, 4, 5], 4), bias(5)];
    const expected = nested(x).map((steps) => {
      const result = Array.from({ length: 6 }, () => [...offsets.dataSync()]);
      steps.forEach((values, step) => {
        values.forEach((value, channel) => {
          nested(kernel)[channel]!.forEach((row, tap) => {
            row.forEach((weight, out) => {
              const target = result[2 * step - 1 + tap];
              if (target !== undefined) target[out]! += value * weight;
            });
          });
        });
      });
      return result;
    });
    const found = upsample1d(x, kernel, offsets);
    expect(found.shape).toEqual([2, 6, 5]);
    expect(relativeError(found.dataSync(), expected.flat(2))).toBeLessThan(1e-5);
  });
});
