/** The columns of a data set out of those of its episodes. */
import { expect, test } from 'vitest';
import { arrayLayout, columnsOf } from '../../../engine/work/convert/columns.js';
import { rotated } from '../../../engine/work/convert/rotate.js';
import { episodeOf, floats, usableOf, withColumns, withUnitPoses } from './recorded.js';

const episodes = [2, 3].map((steps, k) => usableOf(episodeOf(`episode_${k}`, steps)));
const numbers = (data: Uint8Array) => Array.from(new Float32Array(data.buffer));
const f32 = (...values: number[]) => values.map(Math.fround);

test('an action is the pose and the gripper, episode after episode', () => {
  const { layout, data } = columnsOf(episodes, true).get('action')!;
  expect(layout).toMatchObject({ shape: [5, 8], dtype: '<f4', chunks: [2, 8] });
  const row = (k: number) => f32(k, k + 0.1, k + 0.2, k + 0.3, k + 0.4, k + 0.5, k + 0.6, k);
  expect(numbers(data)).toEqual([0, 1, 0, 1, 2].flatMap(row));
});

test('without the gripper it is the pose alone', () => {
  const columns = columnsOf(episodes, false);
  expect([...columns.keys()]).toEqual(['robot_eef_pose', 'action']);
  expect(columns.get('action')!.layout.shape).toEqual([5, 7]);
});

test('poses are as wide as their rotation, which their attributes name', () => {
  const turned = episodes.map((episode) => rotated(withUnitPoses(episode), '6d', '/in').episode);
  const columns = columnsOf(turned, true, '6d');
  expect([...columns].map(([name, { layout }]) => [name, layout.shape, layout.attributes])).toEqual([
    ['robot_eef_pose', [5, 9], { rotation_rep: 'rotation_6d' }],
    ['action', [5, 10], { rotation_rep: 'rotation_6d' }],
  ]);
  expect(numbers(columns.get('action')!.data).slice(0, 10)).toEqual([0, 0.5, 1, 1, 0, 0, 0, 1, 0, 0]);
  expect(columnsOf(turned, false, '6d').get('action')!.layout.shape).toEqual([5, 9]);
});

test('optional columns are there when the first episode has them; times stay float64', () => {
  const time = {
    shape: [2],
    unit: 'seconds',
    dtype: '<f8',
    values: Float64Array.of(1700000000.1, 1700000000.2),
  } as const;
  const first = withColumns(episodeOf('episode_0', 2), {
    timestamp: time,
    robot_gripper: floats(2, 1, 'opening'),
  });
  const columns = columnsOf([usableOf(first)], true);
  expect([...columns.keys()]).toEqual(['robot_eef_pose', 'action', 'robot_gripper_state', 'timestamp']);
  expect(columns.get('robot_gripper_state')!.layout.shape).toEqual([2, 1]);
  const { layout, data } = columns.get('timestamp')!;
  expect(layout).toMatchObject({ shape: [2], dtype: '<f8' });
  expect(new Float64Array(data.buffer)).toEqual(time.values);
});

test('chunks follow from the first episode, not from all steps', () => {
  expect(arrayLayout(4, 100, [90, 160, 3], '|u1', null)).toEqual({
    shape: [100, 90, 160, 3],
    dtype: '|u1',
    chunks: [4, 90, 160, 3],
    compressor: null,
  });
});
