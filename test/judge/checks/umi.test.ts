/** UMI's own training has no finding: what its data set class computes is not looked for among the arrays. */
import { expect, test } from 'vitest';
import { DataSetError } from '../../../engine/formats/dataSet.js';
import { expectNone, judged } from './fixture.js';
import { UMI_ARRAYS, umiProject } from './umiProject.js';

const data = (arrays: Record<string, readonly number[]> = UMI_ARRAYS) => ({
  dataSets: { 'd.zarr': { arrays, episodeEnds: [10, 30] } },
});

test('no finding where everything is as UMI has it', async () => {
  const { findings } = await judged(umiProject(), data());
  expect(findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
});

test('7-D actions among the arrays are no contradiction to 10-D ones', () =>
  expectNone(umiProject(), 'action-dim-mismatch', data({ ...UMI_ARRAYS, action: [30, 7] })));

test('a camera’s images are still compared', async () => {
  const { findings } = await judged(umiProject(), data({ ...UMI_ARRAYS, camera0_rgb: [30, 96, 96, 3] }));
  expect(findings.map(({ code }) => code)).toEqual(['observation-shape-mismatch']);
});

test('a store of another kind, which only UMI’s class reads, is as it should be; one that is missing is not', async () => {
  const error = new DataSetError({
    fault: 'other-format',
    code: 'zarr-format',
    file: 'd.zarr',
    message: 'is a zipped zarr store',
  });
  const { findings } = await judged(umiProject(), { dataSets: { 'd.zarr': error } });
  expect(findings).toEqual([]);
  const without = await judged(umiProject());
  expect(without.findings.map(({ code }) => code)).toEqual(['dataset-missing']);
});
