/** Points and directions. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  add,
  cross,
  dot,
  length,
  mix,
  scale,
  subtract,
  unit,
  type Vec3,
} from '../../../scripts/demo/vector.js';
import { propertyRuns } from '../../propertyRuns.js';

const number = fc.double({ min: -10, max: 10, noNaN: true });
const vector = fc.tuple(number, number, number);
const runs = { numRuns: propertyRuns(0.2) };
const close = (a: Vec3, b: Vec3) => {
  for (const axis of [0, 1, 2] as const) expect(a[axis]).toBeCloseTo(b[axis], 6);
};

test('a cross product is upright on both, and turns with their order', () => {
  fc.assert(
    fc.property(vector, vector, (a, b) => {
      const c = cross(a, b);
      expect(dot(c, a)).toBeCloseTo(0, 6);
      expect(dot(c, b)).toBeCloseTo(0, 6);
      close(cross(b, a), scale(c, -1));
    }),
    runs,
  );
  expect(cross([1, 0, 0], [0, 1, 0])).toEqual([0, 0, 1]);
});

test('a unit has length 1 and the same direction', () => {
  fc.assert(
    fc.property(
      vector.filter((a) => length(a) > 1e-3),
      (a) => {
        expect(length(unit(a))).toBeCloseTo(1, 9);
        close(scale(unit(a), length(a)), a);
      },
    ),
    runs,
  );
});

test('a mix goes from one to the other', () => {
  fc.assert(
    fc.property(vector, vector, (a, b) => {
      close(mix(a, b, 0), a);
      close(mix(a, b, 1), b);
      close(mix(a, b, 0.25), add(a, scale(subtract(b, a), 0.25)));
    }),
    runs,
  );
});
