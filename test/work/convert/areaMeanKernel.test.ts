/** One row of the result out of the rows that it covers. */
import { expect, test } from 'vitest';
import { MAX_FACTOR, rowKernel } from '../../../engine/work/convert/areaMeanKernel.js';

/** Runs a kernel on rows that are given pixel by pixel, every channel alike. */
function mean(width: number, factorX: number, factorY: number, pixels: readonly number[]): number[] {
  const { source, target, run } = rowKernel(width, factorX, factorY);
  source.set(pixels.flatMap((grey) => [grey, grey, grey]));
  run();
  const rgb = Array.from(target);
  expect(rgb.filter((_, k) => k % 3 === 1)).toEqual(rgb.filter((_, k) => k % 3 === 0));
  return rgb.filter((_, k) => k % 3 === 0);
}

test('halves go to even, with a factor of 2 upwards', () => {
  expect(mean(2, 2, 1, [0, 1, 2, 3])).toEqual([0, 2]); // 0.5, 2.5
  expect(mean(2, 2, 2, [0, 1, 2, 3, 0, 1, 2, 3])).toEqual([1, 3]);
});

test('a factor of 1 copies', () => {
  expect(mean(3, 1, 1, [7, 0, 255])).toEqual([7, 0, 255]);
});

test('the largest factor neither overflows nor loses a level', () => {
  const white = new Array<number>(MAX_FACTOR * MAX_FACTOR).fill(255);
  expect(mean(1, MAX_FACTOR, MAX_FACTOR, white)).toEqual([255]);
});

test('channels do not mix, and a second run forgets the first', () => {
  const { source, target, run } = rowKernel(2, 2, 1);
  source.fill(255);
  run();
  source.set([10, 20, 30, 30, 40, 50, 0, 0, 0, 0, 0, 0]);
  run();
  expect(Array.from(target)).toEqual([20, 30, 40, 0, 0, 0]);
});

test.each([1, 5, 6, 16, 33])('a row of %d pixels is written to its last one', (width) => {
  const pixels = Array.from({ length: width * 3 }, (_, k) => k % 256);
  const expected = Array.from({ length: width }, (_, k) => k * 3 + 1);
  expect(mean(width, 3, 1, pixels)).toEqual(expected);
});
