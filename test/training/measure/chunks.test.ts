// @module-tag engine
import { expect, test } from 'vitest';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { chunksOf } from '../../../engine/training/measure/chunks.js';
import { trainingConfig } from '../loop/smallRun.js';

const spec = policySpec(trainingConfig());

test('chunks follow each other through an episode and execute each step once', () => {
  const chunks = chunksOf([20, 30], [true, false], spec, 0, 100);
  expect(chunks.map((chunk) => chunk.now)).toEqual([0, 8, 16]);
  expect(chunks.flatMap((chunk) => chunk.executed)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  // The window begins one observation earlier.
  expect(chunks[1]!.window.first).toBe(7);
  expect(chunksOf([20, 30], [true, true], spec, 0, 4)).toHaveLength(4);
});

test('a horizon that ends before the last action step gives the steps that it has', () => {
  const chunks = chunksOf([20], [true], { ...spec, horizon: 6 }, 0, 100);
  expect(chunks.map((chunk) => chunk.now)).toEqual([0, 5, 10, 15]);
  expect(chunks.flatMap((chunk) => chunk.executed)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(chunksOf([20], [true], { ...spec, horizon: 1 }, 0, 100)).toEqual([]);
});

test('with latency the executed steps come later', () => {
  const [first] = chunksOf([20], [true], spec, 2, 100);
  expect(first!.executed).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});
