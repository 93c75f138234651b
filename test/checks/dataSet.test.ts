/** The data set that a config names. */
import { describe, test } from 'vitest';
import { expectFound, expectNone } from './fixture.js';

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

  test('of another format: only looked for', async () => {
    await expectFound(
      { 'config/a.yaml': 'task:\n  dataset_path: <|d.hdf5|>\n' },
      'dataset-missing',
      /d\.hdf5, so the training stops when it opens it$/,
    );
    const zip = { dataSets: { 'd.zarr.zip': { arrays: { action: [3, 2] }, episodeEnds: [30] } } };
    await expectNone({ 'config/a.yaml': 'task:\n  dataset_path: d.zarr.zip\n' }, 'dataset-inconsistent', zip);
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
