/** NaN and infinity in the data set that the config names. */
import { expect, test } from 'vitest';
import type { ColumnRange } from '../../../../engine/judge/gripper/dataRanges.js';
import { expectFound, expectNone, type Files } from '../fixture.js';
import { policyProject } from '../policyProject.js';

const finite: ColumnRange = { min: 0, max: 1, notFinite: 0 };
const spoiled: ColumnRange = { min: 0, max: 1, notFinite: 2, firstNotFinite: 12 };

const contents = (ranges: Readonly<Record<string, readonly ColumnRange[]>>, path = 'd.zarr') => ({
  contents: {
    [path]: { steps: 30, episodeLengths: [10, 20], ranges, unread: [], lastAction: null, polarity: null },
  },
});
const TASK = 'config/task/pick.yaml';
const marked: Files = { ...policyProject(), [TASK]: policyProject()[TASK]!.replace('d.zarr', '<|d.zarr|>') };

test('in the action: where it is, what follows, what to do', async () => {
  const [finding] = await expectFound(
    marked,
    'dataset-not-finite',
    /^In \/.*\/d\.zarr action holds 2 values that are NaN or infinite, the first in column 1 at step 2 of episode 1: the normaliser and the first loss will be NaN\. Convert/,
    contents({ action: [finite, spoiled] }),
  );
  expect(finding).toMatchObject({ severity: 'error', related: [{ message: '30 steps' }] });
});

test('in an observation of the config', () =>
  expectFound(marked, 'dataset-not-finite', /robot_eef_pose holds/, contents({ robot_eef_pose: [spoiled] })));

test('in a column that the policy does not read', async () => {
  const ranges = contents({ timestamp: [spoiled] });
  await expectFound(
    marked,
    'column-not-finite',
    /the policy does not read this column, but check the recording$/,
    ranges,
  );
  await expectNone(policyProject(), 'dataset-not-finite', ranges);
});

test('nothing where all is finite, where nothing was read, and where the file is not read', async () => {
  await expectNone(policyProject(), 'dataset-not-finite', contents({ action: [finite] }));
  await expectNone(policyProject(), 'dataset-not-finite');
  const other = { 'config/a.yaml': 'task:\n  dataset_path: d.h5\n' };
  await expectNone(other, 'dataset-not-finite', contents({ action: [spoiled] }, 'd.h5'));
});
