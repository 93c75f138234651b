/** Rotations against SciPy's numbers, and by what must hold for any of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fromQuaternion,
  ROTATION_REP,
  ROTATION_WIDTH,
  ROTATIONS,
  type Rotation,
  rotationOfRep,
  toQuaternion,
} from '../../engine/base/rotation.js';

type Row = Readonly<Record<Rotation, number[]>>;
type Quaternion = [number, number, number, number];

const FILE = join(import.meta.dirname, '../fixtures/rotation/rotations.json');
const ROWS = JSON.parse(readFileSync(FILE, 'utf8')) as Row[];
const OTHERS = ['6d', 'axis-angle'] as const;

const quaternions = fc
  .tuple(
    ...([0, 1, 2, 3] as const).map(() => fc.integer({ min: -2000, max: 2000 }).map((whole) => whole / 1000)),
  )
  .filter((q) => q.some((value) => value !== 0)) as fc.Arbitrary<Quaternion>;

/** 1 where both are the same rotation: a quaternion and its negative are. */
function likeness(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const dot = left.reduce((sum, value, k) => sum + value * right[k]!, 0);
  return Math.abs(dot) / (Math.hypot(...left) * Math.hypot(...right));
}

test.each(OTHERS)('%s is what SciPy gives, to 1e-14 of a turn', (rotation) => {
  expect(ROWS.length).toBeGreaterThan(30);
  for (const row of ROWS) {
    const ours = fromQuaternion(rotation, row.quaternion as Quaternion);
    expect(ours).toHaveLength(ROTATION_WIDTH[rotation]);
    for (const [k, value] of ours.entries()) expect(value).toBeCloseTo(row[rotation][k]!, 13);
  }
});

test.each(OTHERS)('%s and back again is the same rotation', (rotation) => {
  fc.assert(
    fc.property(quaternions, (q) => {
      const back = toQuaternion(rotation, fromQuaternion(rotation, q));
      expect(Math.hypot(...back)).toBeCloseTo(1, 12);
      expect(likeness(back, q)).toBeCloseTo(1, 12);
    }),
  );
});

test.each(OTHERS)('%s does not depend on the sign or the length of the quaternion', (rotation) => {
  fc.assert(
    fc.property(quaternions, fc.constantFrom(-1, -0.5, 3), (q, times) => {
      const other = fromQuaternion(rotation, q.map((value) => value * times) as Quaternion);
      for (const [k, value] of fromQuaternion(rotation, q).entries()) expect(other[k]).toBeCloseTo(value, 12);
    }),
  );
});

test('the rows of the 6-D form are of length 1 and at right angles', () => {
  fc.assert(
    fc.property(quaternions, (q) => {
      const [a, b, c, d, e, f] = fromQuaternion('6d', q) as [number, number, number, number, number, number];
      expect(Math.hypot(a, b, c)).toBeCloseTo(1, 12);
      expect(Math.hypot(d, e, f)).toBeCloseTo(1, 12);
      expect(a * d + b * e + c * f).toBeCloseTo(0, 12);
    }),
  );
});

test('an axis-angle is at most half a turn; exactly half a turn has one axis, not two', () => {
  fc.assert(
    fc.property(quaternions, (q) => {
      expect(Math.hypot(...fromQuaternion('axis-angle', q))).toBeLessThan(Math.PI + 1e-12);
    }),
  );
  expect(fromQuaternion('axis-angle', [0.48, -0.8, 0.36, 0])).toEqual(
    fromQuaternion('axis-angle', [-0.48, 0.8, -0.36, 0]),
  );
});

test('rows that a policy predicts are made a rotation first; what is not one gives zeros', () => {
  const exact = fromQuaternion('6d', [0.1, 0.2, -0.3, 0.9]);
  const stretched = exact.map((value, k) => (k < 3 ? 2 * value : 0.5 * value + 0.1 * exact[k - 3]!));
  expect(likeness(toQuaternion('6d', stretched), [0.1, 0.2, -0.3, 0.9])).toBeCloseTo(1, 12);
  expect(toQuaternion('6d', [0, 0, 0, 0, 1, 0])).toEqual([0, 0, 0, 0]);
  expect(toQuaternion('6d', [1, 0, 0, 2, 0, 0])).toEqual([0, 0, 0, 0]);
  expect(toQuaternion('axis-angle', [0, 0, 0])).toEqual([0, 0, 0, 1]);
});

test('the names of upstream lead back to ours', () => {
  expect(ROTATIONS.map((rotation) => rotationOfRep(ROTATION_REP[rotation]))).toEqual([...ROTATIONS]);
  expect([rotationOfRep('matrix'), rotationOfRep(6)]).toEqual([undefined, undefined]);
});
