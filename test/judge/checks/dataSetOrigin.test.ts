/** Where a data set that is missing is said to come from: convert, for all that convert writes and for nothing else. */
import { describe, expect, test } from 'vitest';
import { columnsOf } from '../../../engine/work/convert/columns.js';
import { episodeOf, floats, usableOf, withColumns } from '../../work/convert/recorded.js';
import { expectFound, judged } from './fixture.js';

const recorded = withColumns(episodeOf('e0', 2), {
  robot_gripper: floats(2, 1, 'opening'),
  timestamp: floats(2, 1, 'seconds'),
});
/** Every array of a data set that convert makes, but the action. */
const WRITTEN = ['image', ...columnsOf([usableOf(recorded)], true).keys()].filter(
  (name) => name !== 'action',
);

const observation = (key: string) => `${key}: ${key === 'image' ? '{type: rgb, shape: [3, 90, 160]}' : '{}'}`;

const task = (keys: readonly string[], path = 'd.zarr') => ({
  'config/a.yaml': `task:\n  dataset: {_target_: a.B, zarr_path: <|${path}|>}\n  shape_meta: {obs: {${keys.map(observation).join(', ')}}, action: {shape: [8]}}\n`,
});
const FOUND = 'dataset-missing';

test('a config that reads all that convert writes is advised to convert', async () => {
  expect(WRITTEN).toHaveLength(4);
  await expectFound(
    task(WRITTEN),
    FOUND,
    /Make one from recordings: .*regrip convert --input DIR --output \S+d\.zarr/,
  );
});

test('an observation that convert does not write is named, with what to do instead', () =>
  expectFound(
    task([...WRITTEN, 'wrist', 'force']),
    FOUND,
    /B reads wrist, force, which regrip convert does not write: download the data set from where the project publishes it, or correct the path/,
  ));

describe('data sets that other tools make, by their ending', () => {
  test.each([
    ['d.hdf5', /an HDF5 file of the kind that robomimic and mimicgen write/],
    ['d.H5', /an HDF5 file/],
    ['d.zarr.zip', /a zipped store of the kind that UMI writes/],
    ['d.npz', /regrip convert does not make files of this kind/],
    ['d.pkl', /regrip convert does not make files of this kind/],
  ])('%s', async (path, advice) => {
    await expectFound(task(['image'], path), FOUND, advice);
  });
});

describe('the fix that opens the form of a conversion', () => {
  const jobs = async (files: Readonly<Record<string, string>>) => {
    const { findings } = await judged(files);
    return findings
      .filter(({ code }) => code === FOUND)
      .flatMap(({ fixes = [] }) => fixes.map(({ job }) => job));
  };

  test('carries the output and the size of the images', async () => {
    expect(await jobs(task(['image']))).toContainEqual({
      kind: 'convert',
      output: expect.stringMatching(/\/d\.zarr$/),
      resolution: '160 90',
    });
  });

  test('is not offered where convert makes something else', async () => {
    for (const files of [task(['image', 'wrist']), task(['image'], 'd.zarr.zip')])
      expect((await jobs(files)).filter((job) => job?.kind === 'convert')).toEqual([]);
  });
});
