/** Which charts a data set's columns make. */
import { describe, expect, test } from 'vitest';
import { traceCharts } from '../../../client/editors/traceCharts.js';
import type { ArrayRow } from '../../../server/editorRequests.js';

const STEPS = 100;
const row = (name: string, shape: readonly number[], dtype = '<f4'): ArrayRow => ({
  name,
  shape,
  dtype,
  chunks: shape,
  compressor: null,
});
const charts = (...arrays: ArrayRow[]) =>
  traceCharts(arrays, STEPS).map(({ id, lines }) => [
    id,
    lines.map(({ array, column }) => `${array}.${column}`),
  ]);

test('gripper, position and rotation of the arm come first, then the rest', () => {
  expect(
    charts(
      row('force', [STEPS, 2]),
      row('action', [STEPS, 8]),
      row('robot_eef_pose', [STEPS, 7]),
      row('robot_gripper_state', [STEPS, 1]),
      row('timestamp', [STEPS]),
    ),
  ).toEqual([
    ['gripper', ['action.7', 'robot_gripper_state.0']],
    [
      'position',
      ['action.0', 'action.1', 'action.2', 'robot_eef_pose.0', 'robot_eef_pose.1', 'robot_eef_pose.2'],
    ],
    ['rotation', ['action.3', 'action.4', 'action.5', 'action.6']],
    ['array force', ['force.0', 'force.1']],
  ]);
});

test('a pose without a gripper has no gripper chart; an action that is not a pose is drawn as it is', () => {
  expect(charts(row('action', [STEPS, 7])).map(([id]) => id)).toEqual(['position', 'rotation']);
  expect(charts(row('action', [STEPS, 2]))).toEqual([['array action', ['action.0', 'action.1']]]);
});

test('rotations are drawn as the data set writes them, and the gripper is behind them', () => {
  const turned = (width: number, rotation: '6d' | 'axis-angle') => ({
    ...row('action', [STEPS, width]),
    rotation,
  });
  const shown = (array: ArrayRow) =>
    traceCharts([array], STEPS).map(({ title, lines }) => [title, lines.map(({ column }) => column)]);
  expect(shown(turned(10, '6d'))).toEqual([
    ['Gripper', [9]],
    ['Position, m', [0, 1, 2]],
    ['Rotation, two rows of its matrix', [3, 4, 5, 6, 7, 8]],
  ]);
  expect(shown(turned(7, 'axis-angle'))).toEqual([
    ['Gripper', [6]],
    ['Position, m', [0, 1, 2]],
    ['Rotation, axis times angle, rad', [3, 4, 5]],
  ]);
});

describe('what is not a chart', () => {
  test.each([
    ['images', row('image', [STEPS, 90, 160, 3], '|u1')],
    ['another number of rows', row('short', [STEPS - 1, 2])],
    ['texts', row('names', [STEPS], '<U8')],
    ['nothing', row('empty', [STEPS, 0])],
    ['an array as wide as a picture', row('wide', [STEPS, 1025])],
    ['times', row('timestamp', [STEPS], '<f8')],
  ])('%s', (_, array) => {
    expect(charts(array)).toEqual([]);
  });
});

test('a wide array shows eight columns, one of a single column needs no label', () => {
  const [wide, single] = traceCharts([row('wide', [STEPS, 30]), row('single', [STEPS])], STEPS);
  expect(wide?.lines.map(({ label }) => label)).toEqual([
    '[0]',
    '[1]',
    '[2]',
    '[3]',
    '[4]',
    '[5]',
    '[6]',
    '[7]',
  ]);
  expect(single?.lines.map(({ label }) => label)).toEqual(['']);
});

test('a crafted data set has sixteen charts at most, each with an id of its own', () => {
  const many = traceCharts(
    Array.from({ length: 99 }, (_, k) => row(`a${k}`, [STEPS])),
    STEPS,
  );
  expect(many).toHaveLength(16);
  expect(new Set(many.map(({ id }) => id)).size).toBe(16);
});
