/** The data set that a config names. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RegripError } from '../../../../engine/base/errors.js';
import { readMetadata } from '../../../../engine/formats/zarr/index.js';
import { expectFound, expectNone } from '../fixture.js';

const whole = { 'd.zarr': { arrays: { image: [30, 18, 32, 3], action: [30, 8] }, episodeEnds: [10, 30] } };

describe('data set', () => {
  test('missing: the message names the absolute path', () =>
    expectFound(
      { 'config/a.yaml': 'task:\n  dataset_path: <|d.zarr|>\n' },
      'dataset-missing',
      /regrip-checks-\w+\/d\.zarr, so/,
    ));

  test('there: nothing', () =>
    expectNone({ 'config/a.yaml': 'task:\n  dataset_path: d.zarr\n' }, 'dataset-missing', {
      dataSets: whole,
    }));

  test('named through an interpolation: shown where the path is written', () =>
    expectFound(
      { 'config/a.yaml': 'root: <|d.zarr|>\ntask:\n  dataset:\n    zarr_path: ${root}\n' },
      'dataset-missing',
      /no data set/,
    ));

  test('convert is advised only for what it writes', async () => {
    const task = (obs: string, path = 'd.zarr') => ({
      'config/a.yaml': `task:\n  dataset: {_target_: a.B, zarr_path: <|${path}|>}\n  shape_meta: {obs: {${obs}}, action: {shape: [8]}}\n`,
    });
    const found = 'dataset-missing';
    await expectFound(
      task('image: {}, robot_eef_pose: {}'),
      found,
      /regrip convert --input DIR --output \S+d\.zarr$/,
    );
    await expectFound(task('image: {}', '"d e.zarr"'), found, /--output '.*d e\.zarr'$/);
    await expectFound(
      task('camera_1: {}, image: {}'),
      found,
      /B reads camera_1, which regrip convert does not write/,
    );
    await expectFound(task('image: {}', 'd.zarr.zip'), found, /zipped store .*regrip convert does not make/);
    const lowDim = { 'config/a.yaml': 'task:\n  dataset: {_target_: a.Low, zarr_path: <|d.zarr|>}\n' };
    await expectFound(lowDim, found, /Low reads a layout of its own/);
  });

  test('of another format: its content is not judged', async () => {
    await expectFound(
      { 'config/a.yaml': 'task:\n  dataset_path: <|d.hdf5|>\n' },
      'dataset-missing',
      /d\.hdf5, so the training stops when it opens it\. It is an HDF5 file .*regrip convert does not make/,
    );
    const zip = { dataSets: { 'd.zarr.zip': { arrays: { action: [3, 2] }, episodeEnds: [30] } } };
    await expectNone({ 'config/a.yaml': 'task:\n  dataset_path: d.zarr.zip\n' }, 'dataset-inconsistent', zip);
  });

  describe('a store that finetune does not read', () => {
    const at = (policy: string) => ({
      'config/a.yaml': `policy:\n  _target_: a.${policy}\ntask:\n  dataset_path: <|d.zarr.zip|>\n`,
    });
    const known = at('DiffusionTransformerHybridImagePolicy');
    let error: RegripError;
    beforeAll(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'regrip-zip-'));
      await writeFile(join(folder, 'd.zarr.zip'), 'PK\x03\x04');
      error = (await readMetadata(join(folder, 'd.zarr.zip')).catch(
        (found: RegripError) => found,
      )) as RegripError;
      await rm(folder, { recursive: true });
    });

    test.each([
      ['by the builtin runner: what finetune says', known, 'builtin', 'error'],
      ['by train.py itself: no error', known, 'python', 'information'],
      ["by train.py, which alone knows the policy's class", at('Other'), 'builtin', 'information'],
    ] as const)('%s', async (_, files, runner, severity) => {
      const [found] = await expectFound(files, 'dataset-unreadable', /zipped zarr store.*Unpack it first/, {
        runner,
        dataSets: { 'd.zarr.zip': error },
      });
      expect(found!.severity).toBe(severity);
    });
  });

  test('arrays that end elsewhere than the episodes', () =>
    expectFound(
      { 'config/a.yaml': 'task:\n  dataset_path: <|d.zarr|>\n' },
      'dataset-inconsistent',
      /action 29/,
      {
        dataSets: {
          'd.zarr': { arrays: { image: [30, 18, 32, 3], action: [29, 8] }, episodeEnds: [10, 30] },
        },
      },
    ));
});

test.each(['s3://bucket/a.zarr', 'https://host/a.zarr', 'data/*.zarr'])(
  'a data set that is not a path of this machine is not looked for: %s',
  (path) => expectNone({ 'config/a.yaml': `task: {dataset_path: '${path}'}\n` }, 'dataset-missing'),
);

test('a path from the home folder, as upstream opens it', async () => {
  const found = await expectFound(
    { 'config/a.yaml': 'task: {dataset_path: <|~/not-there-at-all.zarr|>}\n' },
    'dataset-missing',
    /There is no data set at \/[^~]*\/not-there-at-all\.zarr,/,
  );
  expect(found[0]!.message).toContain(homedir());
});
