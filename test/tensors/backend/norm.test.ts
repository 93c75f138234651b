// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { globalNorm } from '../../../engine/tensors/backend/norm.js';
import { openBackend } from '../../../engine/tensors/backend/open.js';

describe.each(['tensorflow-cpu', 'wasm'] as const)('the norm over all gradients on %s', (name) => {
  const normOf = async (...values: readonly (readonly number[])[]): Promise<number> => {
    await openBackend({ request: name });
    const norm = tf.tidy(() => globalNorm(values.map((each) => tf.tensor1d([...each]))));
    const [found] = await norm.data();
    norm.dispose();
    return found!;
  };

  test('is the length of them as one', async () => {
    expect(await normOf([3, 0], [0, 4, 12])).toBeCloseTo(13, 5);
  });

  test('is not a number once one of them is none, or too long to tell', async () => {
    expect(await normOf([1, 2], [Number.NaN])).toBeNaN();
    expect(await normOf([1], [0, Number.NEGATIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
    expect(await normOf([3e20])).toBe(Number.POSITIVE_INFINITY);
  });
});
