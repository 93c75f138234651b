import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PlainMap } from '../../engine/base/plain.js';
import { dataSetPath, withHome, writtenDataSet } from '../../engine/config/dataSetPath.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();

/** Of a project whose package is called as upstream's. */
async function primary(): Promise<string> {
  await folder.write({ 'project/diffusion_policy/config/train_robot.yaml': '' });
  return folder.path('project', 'diffusion_policy', 'config', 'train_robot.yaml');
}

test("takes what the training's dataset is given", async () => {
  const config = { task: { dataset_path: 'other.zarr', dataset: { zarr_path: 'data/a.zarr' } } };
  expect(await dataSetPath(config, await primary())).toBe(folder.path('project', 'data', 'a.zarr'));
});

test('says where it looked when there is none', async () => {
  await expect(dataSetPath({ task: {} }, await primary())).rejects.toThrow(
    /does not name a data set \(looked at task\.dataset\.zarr_path/,
  );
});

test.each([
  [{ task: { dataset: { zarr_path: 'a', dataset_path: 'b' }, dataset_path: 'c' } }, 'a'],
  [{ task: { dataset: { dataset_path: 'b' }, dataset_path: 'c' } }, 'b'],
  [{ task: { dataset: { zarr_path: '' }, dataset_path: 'c' } }, 'c'],
  [{ task: { dataset: { zarr_path: null, dataset_path: 5 }, dataset_path: 'c' } }, 'c'],
])('the data set of %j is %s', (config, named) => expect(writtenDataSet(config, 'train.yaml')).toBe(named));

test.each<PlainMap>([{}, { task: null }, { task: { dataset_path: '' } }, { task: 'lift' }])(
  '%j names none',
  (config) => {
    const naming = () => writtenDataSet(config, 'train.yaml');
    expect(naming).toThrow(expect.objectContaining({ code: 'no-data-set', file: 'train.yaml' }));
    expect(naming).toThrow(expect.objectContaining({ hint: expect.stringContaining('task.dataset_path') }));
  },
);

test('an absolute path stays, and ~ is the home', async () => {
  const named = async (path: string) => dataSetPath({ task: { dataset_path: path } }, await primary());
  expect(await named('/data/a.zarr')).toBe('/data/a.zarr');
  expect(await named('~/a.zarr')).toBe(join(homedir(), 'a.zarr'));
  expect([withHome('~'), withHome('~other/a'), withHome('a/~')]).toEqual([homedir(), '~other/a', 'a/~']);
});
