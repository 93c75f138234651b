/** shape_meta against the data set's arrays. */
import { describe, test } from 'vitest';
import { expectFix, expectFound, expectNone, type Files } from './fixture.js';
import { OBSERVATIONS, policyProject } from './policyProject.js';

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
});

describe('observations', () => {
  test('an image of another size, and its fix', async () => {
    const obs = OBSERVATIONS.replace('[3, 18, 32]', '[3, 36, 64]');
    await expectFound(
      policyProject('', { obs: obs.replace('[3, 36, 64]', '<|[3, 36, 64]|>') }),
      'observation-shape-mismatch',
      /frames of \[18, 32, 3\]/,
      data(8),
    );
    const title = "Use the data set's shape [3, 18, 32]";
    await expectFix(
      policyProject('', { obs }),
      'observation-shape-mismatch',
      title,
      policyProject(),
      data(8),
    );
  });

  test('one that the data set does not have, and a renaming that fits', async () => {
    const obs = OBSERVATIONS.replace('image:', 'camera_0:');
    await expectFound(
      policyProject('', { obs: obs.replace('camera_0', '<|camera_0|>') }),
      'observation-missing',
      /no array camera_0 .*; image would fit/,
      data(8),
    );
    await expectFix(
      policyProject('', { obs }),
      'observation-missing',
      "Use the data set's image",
      policyProject(),
      data(8),
    );
  });

  test('all there: nothing', async () => {
    await expectNone(policyProject(), 'observation-missing', data(8));
    await expectNone(policyProject(), 'observation-shape-mismatch', data(8));
  });
});
