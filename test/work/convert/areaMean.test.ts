/** The area mean against its definition. */
import { expect, test } from 'vitest';
import { areaMean } from '../../../engine/work/convert/areaMean.js';

function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** The mean of the covered area in float64, source pixel by source pixel. */
function definition(
  source: Uint8Array,
  from: readonly [number, number],
  to: readonly [number, number],
): number[] {
  const [scaleX, scaleY] = [from[0] / to[0], from[1] / to[1]];
  const overlap = (k: number, low: number, high: number) =>
    Math.max(0, Math.min(k + 1, high) - Math.max(k, low));
  const means: number[] = [];
  for (let y = 0; y < to[1]; y += 1) {
    for (let x = 0; x < to[0]; x += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        for (let row = Math.floor(y * scaleY); row < Math.min(from[1], (y + 1) * scaleY); row += 1) {
          const share = overlap(row, y * scaleY, (y + 1) * scaleY);
          for (
            let column = Math.floor(x * scaleX);
            column < Math.min(from[0], (x + 1) * scaleX);
            column += 1
          ) {
            const covered = share * overlap(column, x * scaleX, (x + 1) * scaleX);
            sum += covered * source[(row * from[0] + column) * 3 + channel]!;
          }
        }
        means.push(sum / (scaleX * scaleY));
      }
    }
  }
  return means;
}

test.each([
  ['whole factors', [24, 12], [8, 4]],
  ['a factor of 2', [24, 12], [12, 6]],
  ['rows that are not a multiple of four bytes', [27, 9], [9, 3]],
  ['fractional factors', [30, 15], [8, 4]],
  ['one whole, one fractional', [24, 15], [8, 4]],
  ['a factor near 1', [31, 17], [30, 16]],
  ['down to one pixel', [24, 12], [1, 1]],
  ['rows of many vectors', [450, 18], [150, 3]],
  ['different factors', [70, 12], [10, 6]],
  ['the largest factors summed as integers', [512, 512], [2, 2]],
  ['larger factors', [514, 300], [2, 1]],
] as const)('%s: the mean, rounded', (_, from, to) => {
  const source = noise(from[0] * from[1] * 3);
  const target = new Uint8Array(to[0] * to[1] * 3);
  areaMean({ width: from[0], height: from[1] }, { width: to[0], height: to[1] })(source, target);
  const exact = definition(source, from, to);
  for (const [k, mean] of exact.entries())
    expect(Math.abs(target[k]! - mean)).toBeLessThanOrEqual(0.5 + 1e-4);
});

test('white stays white: no sum overflows', () => {
  const target = new Uint8Array(2 * 2 * 3);
  areaMean({ width: 512, height: 512 }, { width: 2, height: 2 })(
    new Uint8Array(512 * 512 * 3).fill(255),
    target,
  );
  expect([...target]).toEqual(new Array(12).fill(255));
});

test('halves go to even, with a factor of 2 upwards', () => {
  const half = (width: number) => {
    const source = new Uint8Array(width * 2 * 3).fill(4);
    source.fill(5, 0, width * 3); // mean 4.5
    const target = new Uint8Array(3);
    areaMean({ width, height: 2 }, { width: 1, height: 1 })(source, target);
    return target[0];
  };
  expect([half(4), half(2)]).toEqual([4, 5]);
});

test('the same size is a copy; larger is refused', () => {
  const source = noise(12);
  const target = new Uint8Array(12);
  areaMean({ width: 2, height: 2 }, { width: 2, height: 2 })(source, target);
  expect(target).toEqual(source);
  expect(() => areaMean({ width: 2, height: 2 }, { width: 3, height: 1 })).toThrow(RangeError);
});

test('a view that does not begin at a multiple of four bytes', () => {
  const source = noise(24 * 12 * 3);
  const shifted = new Uint8Array(source.length + 1).subarray(1);
  shifted.set(source);
  const [a, b] = [new Uint8Array(8 * 4 * 3), new Uint8Array(8 * 4 * 3)];
  const shrink = areaMean({ width: 24, height: 12 }, { width: 8, height: 4 });
  shrink(source, a);
  shrink(shifted, b);
  expect(b).toEqual(a);
});
