/** The errors of predicted poses, however their rotations are written. */
import { expect, test } from 'vitest';
import { fromQuaternion, ROTATION_WIDTH, ROTATIONS } from '../../../engine/base/rotation.js';
import type { Chunk } from '../../../engine/training/measure/chunks.js';
import { stepErrors } from '../../../engine/training/measure/stepErrors.js';

const CHUNK: Chunk = {
  now: 0,
  executed: [0],
  window: { episode: 0, episodeStart: 0, episodeEnd: 1, first: 0, length: 1 },
};
const aboutX = (degrees: number) => {
  const half = (degrees * Math.PI) / 360;
  return [Math.sin(half), 0, 0, Math.cos(half)] as const;
};

test.each(ROTATIONS)('a turn by 30° across half a turn, in the form %s', (rotation) => {
  const row = (x: number, degrees: number, gripper: number) =>
    Float32Array.of(x, 0, 0, ...fromQuaternion(rotation, aboutX(degrees)), gripper);
  const width = 4 + ROTATION_WIDTH[rotation];
  const named = rotation === 'quaternion' ? {} : { rotation };
  const action = { width, values: row(0, 165, 0), ...named };
  const [error, ...others] = stepErrors(action, [CHUNK], [row(0.25, 195, 1)]);
  expect(others).toEqual([]);
  expect(error).toMatchObject({ step: 0, offset: [0.25, 0, 0], distance: 0.25 });
  expect(error!.angle).toBeCloseTo(30, 3);
  // The gripper behind the pose is not among its values.
  const pose = row(0.25, 195, 1).map((value, k) => (k < width - 1 ? value - row(0, 165, 0)[k]! : 0));
  expect(error!.squares).toBeCloseTo(
    pose.reduce((sum, value) => sum + value * value, 0),
    5,
  );
});

test('a prediction that is not a rotation is as far as can be', () => {
  const action = { width: 9, values: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0), rotation: '6d' } as const;
  expect(stepErrors(action, [CHUNK], [new Float32Array(9)])[0]!.angle).toBe(180);
});
