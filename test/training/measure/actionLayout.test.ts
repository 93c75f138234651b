/** Where an action has its pose and its gripper. */
import { expect, it } from 'vitest';
import type { Plain } from '../../../engine/base/plain.js';
import { readDimensions } from '../../../engine/judge/policy/dimensionNames.js';
import { actionLayout } from '../../../engine/training/measure/actionLayout.js';

function layout(width: number, names?: Plain, rotation?: '6d' | 'axis-angle') {
  const spec = { actionDim: width, observations: [] };
  const dimensions = readDimensions(names === undefined ? {} : { regrip: { action_names: names } }, spec);
  const { poseAt, poseWidth, gripperAt, ...rest } = actionLayout(
    { width, ...(rotation && { rotation }) },
    { dimensions },
  );
  return [poseAt, poseWidth, rest.rotation, gripperAt];
}

it('without names the pose is first and the gripper behind it', () => {
  expect(layout(8)).toEqual([0, 7, 'quaternion', 7]);
  expect(layout(7)).toEqual([0, 7, 'quaternion', undefined]);
  expect(layout(10, undefined, '6d')).toEqual([0, 9, '6d', 9]);
});

it.each<[string, number, Plain, unknown[]]>([
  ['the gripper in front', 8, ['gripper', { pose: 7 }], [1, 7, 'quaternion', 0]],
  ['values with a name each', 8, ['grip', 'x', 'y', 'z', 'qx', 'qy', 'qz', 'qw'], [1, 7, 'quaternion', 0]],
  ['a rotation of another form', 10, ['gripper', { position: 3 }, { rotation_6d: 6 }], [1, 9, '6d', 0]],
  [
    'two arms: the first gripper',
    16,
    [{ left: 7 }, 'left_gripper', { right: 7 }, 'right_gripper'],
    [0, 7, 'quaternion', 7],
  ],
  ['names that tell of no gripper', 8, [{ pose: 7 }, 'camera'], [0, 7, 'quaternion', undefined]],
  ['only some have names', 8, [{ pose: 7 }, 1], [0, 7, 'quaternion', 7]],
  ['none that are known', 8, ['a', 'b', 6], [0, 7, 'quaternion', 7]],
])('%s', (_name, width, names, expected) => expect(layout(width, names)).toEqual(expected));
