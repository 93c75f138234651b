/** The action's width in shape_meta against the data set's. */
import { describe, expect, test } from 'vitest';
import type { Rotation } from '../../../../engine/base/rotation.js';
import { expectFix, expectFound, expectNone, type Files } from '../fixture.js';
import { policyProject } from '../policyProject.js';

const data = (action: number, arrays: Record<string, readonly number[]> = {}, rotation?: Rotation) => ({
  dataSets: {
    'd.zarr': {
      arrays: { action: [30, action], image: [30, 18, 32, 3], robot_eef_pose: [30, 7], ...arrays },
      episodeEnds: [10, 30],
      ...(rotation && { rotation }),
    },
  },
});

const TASK = 'config/task/pick.yaml';
const shown = (files: Files): Files => ({
  ...files,
  [TASK]: files[TASK]!.replace('action: {shape: [7]', 'action: {shape: <|[7]|>'),
});

describe('action-dim-mismatch', () => {
  const seven = policyProject('', { action: '[7]' });

  test('shown where the number is written, behind two interpolations', () =>
    expectFound(
      shown(seven),
      'action-dim-mismatch',
      /7-D actions, the data set .*d\.zarr has 8-D ones: the gripper in it is never learned/,
      data(8),
    ));

  test('equal: nothing', () => expectNone(policyProject(), 'action-dim-mismatch', data(8)));

  test('mended in the task file', () =>
    expectFix(seven, 'action-dim-mismatch', 'Use 8 action dimensions', policyProject(), data(8)));

  test('a data set without actions', () =>
    expectFound(shown(seven), 'action-dim-mismatch', /no array action/, {
      dataSets: { 'd.zarr': { arrays: { image: [30, 18, 32, 3] }, episodeEnds: [30] } },
    }));

  test('the other way round: convert again, besides taking what is there', async () => {
    const [finding] = await expectFound(
      { ...policyProject(), [TASK]: policyProject()[TASK]!.replace('[8]', '<|[8]|>') },
      'action-dim-mismatch',
      /8-D actions, the data set .* has 7-D ones: it was converted without the gripper, and training will fail on the first batch/,
      data(7),
    );
    expect(finding!.fixes.map(({ title }) => title)).toEqual([
      'Use 7 action dimensions',
      'Convert the recordings again, with 8-D actions…',
    ]);
  });

  test('any other width', () =>
    expectFound(
      shown(seven),
      'action-dim-mismatch',
      /has 3-D ones: training will fail on the first batch$/,
      data(3),
    ));

  describe('rotations that are not as recorded', () => {
    const of = (width: number): Files => {
      const files = policyProject('', { action: `[${width}]` });
      return {
        ...files,
        [TASK]: files[TASK]!.replace(`action: {shape: [${width}]`, `action: {shape: <|[${width}]|>`),
      };
    };
    const turned = (action: number, rotation: Rotation) => data(action, {}, rotation);

    test.each([
      [
        8,
        turned(10, '6d'),
        /has 10-D ones with 6-D rotations: training will fail .* With --rotation quaternion, regrip convert writes 8-D actions/,
      ],
      [
        10,
        data(8),
        /has 8-D ones: training will fail .* With --rotation 6d, regrip convert writes 10-D actions/,
      ],
      [7, turned(10, '6d'), /With --rotation axis-angle, regrip convert writes 7-D actions/],
      [9, data(7), /With --rotation 6d, regrip convert writes 9-D actions/],
      [9, turned(10, '6d'), /with 6-D rotations: the gripper in it is never learned/],
      [7, turned(6, 'axis-angle'), /with axis-angle rotations: it was converted without the gripper/],
      [12, turned(10, '6d'), /with 6-D rotations: training will fail on the first batch$/],
    ])('%i-D in the config', async (width, around, message) => {
      await expectFound(of(width), 'action-dim-mismatch', message, around);
    });

    test('equal widths: nothing', () =>
      expectNone(policyProject('', { action: '[10]' }), 'action-dim-mismatch', turned(10, '6d')));
  });

  test('actions of one axis, and a shape that is not known, are left to others', async () => {
    await expectNone(seven, 'action-dim-mismatch', {
      dataSets: { 'd.zarr': { arrays: { action: [30] }, episodeEnds: [30] } },
    });
    await expectNone(policyProject('', { action: '[2, 4]' }), 'action-dim-mismatch', data(8));
    await expectNone(seven, 'action-dim-mismatch');
  });
});
