/** The action's width in shape_meta against the data set's. */
import { describe, expect, test } from 'vitest';
import { expectFix, expectFound, expectNone, type Files } from '../fixture.js';
import { policyProject } from '../policyProject.js';

const data = (action: number, arrays: Record<string, readonly number[]> = {}) => ({
  dataSets: {
    'd.zarr': {
      arrays: { action: [30, action], image: [30, 18, 32, 3], robot_eef_pose: [30, 7], ...arrays },
      episodeEnds: [10, 30],
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

  test('actions of one axis, and a shape that is not known, are left to others', async () => {
    await expectNone(seven, 'action-dim-mismatch', {
      dataSets: { 'd.zarr': { arrays: { action: [30] }, episodeEnds: [30] } },
    });
    await expectNone(policyProject('', { action: '[2, 4]' }), 'action-dim-mismatch', data(8));
    await expectNone(seven, 'action-dim-mismatch');
  });
});
