/** Filled convex shapes on a raster. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Canvas, type Point } from '../../../scripts/demo/canvas.js';
import { propertyRuns } from '../../propertyRuns.js';

/** `#` where something is painted. */
function drawn(width: number, height: number, paint: (canvas: Canvas) => void): string[] {
  const canvas = new Canvas(width, height);
  paint(canvas);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (canvas.pixels[(y * width + x) * 3] === 9 ? '#' : '.')).join(''),
  );
}
const INK = [9, 8, 7] as const;

describe('a polygon', () => {
  test('holds the pixels whose middle is inside', () => {
    const square: Point[] = [
      [1, 1],
      [3, 1],
      [3, 3],
      [1, 3],
    ];
    expect(drawn(4, 4, (canvas) => canvas.polygon(square, INK))).toEqual(['....', '.##.', '.##.', '....']);
    expect(
      drawn(4, 4, (canvas) =>
        canvas.polygon(
          [
            [0, 0],
            [4, 0],
            [0, 4],
          ],
          INK,
        ),
      ),
    ).toEqual(['####', '###.', '##..', '#...']);
  });

  test('of any kind, anywhere, paints nothing outside and no fault', () => {
    const coordinate = fc.double({ min: -30, max: 30, noNaN: true });
    const corners = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(corners, (points) => {
        const canvas = new Canvas(8, 8);
        canvas.polygon(points, INK);
        expect(canvas.pixels).toHaveLength(8 * 8 * 3);
        const xs = points.map(([x]) => x);
        for (let at = 0; at < 64; at++) {
          if (canvas.pixels[at * 3] !== 9) continue;
          const middle = (at % 8) + 0.5;
          expect(middle >= Math.min(...xs) - 1e-9 && middle <= Math.max(...xs) + 1e-9).toBe(true);
        }
      }),
      { numRuns: propertyRuns(0.2) },
    );
  });
});

test('an ellipse is as wide and as high as its radii', () => {
  expect(drawn(6, 4, (canvas) => canvas.ellipse([3, 2], 3, 2, INK))).toEqual([
    '.####.',
    '######',
    '######',
    '.####.',
  ]);
});

test('a bar has its thickness, also one without a length', () => {
  expect(drawn(5, 3, (canvas) => canvas.bar([0, 1.5], [5, 1.5], 1, INK))).toEqual([
    '.....',
    '#####',
    '.....',
  ]);
  expect(drawn(3, 3, (canvas) => canvas.bar([1, 1], [1, 1], 1, INK))).toEqual(['...', '...', '...']);
});

test('a colour is three numbers; a background is copied, not shared', () => {
  const background = new Canvas(1, 1);
  background.polygon(
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
    INK,
  );
  const canvas = new Canvas(1, 1, background);
  expect([...canvas.pixels]).toEqual([...INK]);
  canvas.polygon(
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
    [1, 2, 3],
  );
  expect([...background.pixels]).toEqual([...INK]);
});
