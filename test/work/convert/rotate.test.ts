/** Poses in another representation of rotations. */
import { expect, test } from 'vitest';
import type { RecordedColumn } from '../../../engine/formats/recording.js';
import { jumpNote, rotated } from '../../../engine/work/convert/rotate.js';
import { episodeOf, rows, usableOf, withColumns, withUnitPoses } from './recorded.js';

const EPISODE = usableOf(withUnitPoses(episodeOf('e0', 2)));
const EPISODE_AA = rotated(EPISODE, 'axis-angle', '/in').episode;
const QUARTER = Math.SQRT1_2;

/** Observed poses of these quaternions. */
const posed = (...quaternions: number[][]) =>
  usableOf(
    withColumns(withUnitPoses(episodeOf('e0', quaternions.length)), {
      robot_eef_pose: rows('pose', ...quaternions.map((q) => [1, 2, 3, ...q])),
    }),
  );
const columnOf = (episode: typeof EPISODE, rotation: '6d' | 'axis-angle') =>
  rotated(episode, rotation, '/in').episode.columns.get('robot_eef_pose')!;
const listed = ({ values }: RecordedColumn) => Array.from(values, (value) => Number(value.toFixed(6)));

test('the position stays, the rotation is written anew, in the width of floats that was recorded', () => {
  const turn = posed([0, 0, QUARTER, QUARTER]);
  expect(columnOf(turn, '6d')).toMatchObject({ shape: [1, 9], unit: 'pose', dtype: '<f4' });
  expect(listed(columnOf(turn, '6d'))).toEqual([1, 2, 3, 0, -1, 0, 1, 0, 0]);
  expect(listed(columnOf(turn, 'axis-angle'))).toEqual([1, 2, 3, 0, 0, 1.570796]);
  const wide = {
    ...rows('pose', [1, 2, 3, 0, 0, 0, 1]),
    dtype: '<f8',
    values: Float64Array.of(1, 2, 3, 0, 0, 0, 1),
  } as const;
  const turned = columnOf(
    usableOf(withColumns(withUnitPoses(episodeOf('e0', 1)), { robot_eef_pose: wide })),
    '6d',
  );
  expect(turned.values).toEqual(Float64Array.of(1, 2, 3, 1, 0, 0, 0, 1, 0));
});

test('what is not a pose stays, and nothing of the episode is changed in place', () => {
  const before = structuredClone([...EPISODE.columns]);
  const { episode } = rotated(EPISODE, '6d', '/in');
  expect(episode.columns.get('action_gripper')).toBe(EPISODE.columns.get('action_gripper'));
  expect([...EPISODE.columns]).toEqual(before);
});

test.each([
  ['zero', [0, 0, 0, 0], 'the quaternion is zero in robot_eef_pose at step 1, which is not a rotation'],
  ['too long', [0, 0, 0, 1.2], 'the quaternion has length 1.2 in robot_eef_pose at step 1, expected 1'],
  ['too short', [0.5, 0, 0, 0.5], 'the quaternion has length 0.7071 in robot_eef_pose at step 1, expected 1'],
])('a quaternion that is %s is refused with its step', (_, quaternion, reason) => {
  expect(() => rotated(posed([0, 0, 0, 1], quaternion), '6d', '/in')).toThrow(
    expect.objectContaining({ code: 'episode-values', reason }),
  );
});

test('one that is a little off is taken for its direction, which is noted', () => {
  const { episode, notes } = rotated(posed([0, 0, 0, 1], [0, 0, 0, 1.01], [0, 0, 0, 0.98]), '6d', '/in');
  expect(notes).toEqual([
    'robot_eef_pose: 2 quaternions (the first at step 1, of length 1.01) normalised before the conversion',
  ]);
  expect(listed(episode.columns.get('robot_eef_pose')!).slice(9, 18)).toEqual([1, 2, 3, 1, 0, 0, 0, 1, 0]);
});

test('an axis-angle that jumps where a turn passes half a turn is noted; the 6-D form has no such jump', () => {
  const about = (degrees: number) => {
    const half = (degrees * Math.PI) / 360;
    return [Math.sin(half), 0, 0, Math.cos(half)];
  };
  const down = posed(about(178), about(179), about(181), about(182), about(179));
  const turned = rotated(down, 'axis-angle', '/in').episode;
  expect(jumpNote([EPISODE_AA, turned, { ...turned, name: 'e1' }])).toMatch(
    /^the axis-angle jumps to the opposite axis 4 times in 2 episodes \(first in e0, robot_eef_pose, at step 2\)/,
  );
  expect(jumpNote([EPISODE_AA])).toBeUndefined();
  const { values } = columnOf(down, '6d');
  for (let at = 9; at < values.length; at += 1)
    expect(Math.abs(values[at]! - values[at - 9]!)).toBeLessThan(0.1);
});
