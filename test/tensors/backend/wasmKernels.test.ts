// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { engineHome, isInstalled } from '../../../engine/base/engineHome.js';
import { openBackend } from '../../../engine/tensors/backend/open.js';

const tensorflowHere = isInstalled(engineHome(), 'cpu');
const reference = tensorflowHere ? 'tensorflow' : 'cpu'; // tfjs's plain JavaScript is as good a witness, only slow

beforeAll(async () => {
  await openBackend({ request: 'wasm' });
  if (tensorflowHere) await openBackend({ request: 'tensorflow' });
});

/** The same computation on both backends; returns the largest difference relative to the largest value. */
async function difference(compute: () => tf.Tensor | tf.Tensor[]): Promise<number> {
  const results: Float32Array[][] = [];
  for (const backend of [reference, 'wasm']) {
    await tf.setBackend(backend);
    const tensors = tf.tidy(() => [compute()].flat());
    results.push(tensors.map((tensor) => Float32Array.from(tensor.dataSync())));
    tf.dispose(tensors);
  }
  const [expected, found] = results as [Float32Array[], Float32Array[]];
  const largest = Math.max(...expected.flatMap((values) => [...values].map(Math.abs)));
  const worst = expected.flatMap((values, i) =>
    [...values].map((value, j) => Math.abs(value - found[i]![j]!)),
  );
  return Math.max(...worst) / largest;
}

/** Values that look random and are the same on every backend. */
function waves(shape: number[], phase: number): tf.Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  const values = Float32Array.from(
    { length: size },
    (_, i) => Math.sin(i * 12.9898 + phase) * Math.cos(i * 0.37),
  );
  return tf.tensor(values, shape);
}

describe('convolutions have both gradients on WebAssembly', () => {
  const cases = [
    {
      name: 'the stem: 7 × 7, stride 2, explicit padding',
      input: [2, 23, 31, 3],
      filter: [7, 7, 3, 8],
      stride: 2,
      pad: 3,
    },
    { name: 'a block: 3 × 3, stride 1', input: [2, 9, 12, 8], filter: [3, 3, 8, 6], stride: 1, pad: 1 },
    {
      name: 'a block that halves: 3 × 3, stride 2',
      input: [1, 10, 13, 4],
      filter: [3, 3, 4, 6],
      stride: 2,
      pad: 1,
    },
    { name: 'a shortcut: 1 × 1, stride 2', input: [2, 11, 8, 4], filter: [1, 1, 4, 6], stride: 2, pad: 0 },
  ] as const;
  test.each(cases)('$name', async ({ input, filter, stride, pad }) => {
    const worst = await difference(() => {
      const loss = (x: tf.Tensor, w: tf.Tensor) => {
        const padded = tf.pad(x, [
          [0, 0],
          [pad, pad],
          [pad, pad],
          [0, 0],
        ]) as tf.Tensor4D;
        return tf
          .conv2d(padded, w as tf.Tensor4D, stride, 'valid')
          .square()
          .sum()
          .asScalar();
      };
      return tf.grads(loss)([waves([...input], 1), waves([...filter], 2)]);
    });
    expect(worst).toBeLessThan(2e-6);
  });

  test("tfjs's own 'same' padding", async () => {
    const worst = await difference(() => {
      const x = waves([2, 7, 9, 3], 1) as tf.Tensor4D;
      return tf.grad((w) =>
        tf
          .conv2d(x, w as tf.Tensor4D, 2, 'same')
          .square()
          .sum(),
      )(waves([3, 3, 3, 4], 2));
    });
    expect(worst).toBeLessThan(2e-6);
  });
});

describe('products of matrices on WebAssembly', () => {
  const cases = [
    { name: 'left transposed', a: [40, 30], b: [40, 20], flags: [true, false] },
    { name: 'right transposed', a: [30, 40], b: [20, 40], flags: [false, true] },
    { name: 'both transposed', a: [40, 30], b: [20, 40], flags: [true, true] },
    { name: 'a batch', a: [5, 20, 30], b: [5, 30, 16], flags: [false, false] },
    { name: 'a batch, right transposed', a: [2, 3, 20, 30], b: [2, 3, 16, 30], flags: [false, true] },
    { name: 'tiny', a: [3, 2], b: [3, 4], flags: [true, false] },
  ] as const;
  test.each(cases)('$name', async ({ a, b, flags }) => {
    const worst = await difference(() => {
      const multiply = (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, flags[0], flags[1]);
      const inputs = [waves([...a], 1), waves([...b], 2)] as const;
      return [multiply(...inputs), ...tf.grads((x, y) => multiply(x, y).square().sum())([...inputs])];
    });
    expect(worst).toBeLessThan(2e-6);
  });
});

test('one matrix serves a whole batch on WebAssembly', async () => {
  expect(await difference(() => tf.matMul(waves([5, 20, 30], 1), waves([1, 30, 16], 2)))).toBeLessThan(2e-6);
});

test.each(['float32', 'int32', 'bool'] as const)('units are %s where that is asked for', async (dtype) => {
  await tf.setBackend('wasm');
  const before = tf.memory().numTensors;
  const units = tf.oneHot(tf.tensor1d([2, 0], 'int32'), 3, 1, 0, dtype);
  expect([units.dtype, [...units.dataSync()].map(Number)]).toEqual([dtype, [0, 0, 1, 1, 0, 0]]);
  units.dispose();
  expect(tf.memory().numTensors).toBe(before + 1); // the indices
});

test('gather has a gradient on WebAssembly', async () => {
  const worst = await difference(() => {
    const ids = tf.tensor1d([3, 0, 3, 1], 'int32');
    return tf.grad((table) => tf.gather(table, ids).square().sum())(waves([5, 2, 3], 4));
  });
  expect(worst).toBeLessThan(1e-6);
});

test('a filter gradient leaves no tensor behind', async () => {
  await tf.setBackend('wasm');
  const x = waves([1, 8, 8, 2], 1) as tf.Tensor4D;
  const w = waves([3, 3, 2, 2], 2);
  const step = () =>
    tf
      .grad((filter) => tf.conv2d(x, filter as tf.Tensor4D, 1, 'valid').sum())(w)
      .dispose();
  step();
  const before = tf.memory().numTensors;
  for (let i = 0; i < 5; i++) step();
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose([x, w]);
});
