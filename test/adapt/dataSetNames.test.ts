/** Dimensions that a data set of converted poses tells. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { namedByDataSet } from '../../engine/adapt/dataSetNames.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { DATA_SET } from './fixtures.js';
import { newConfig } from './references.js';

let folder: string;
let copy: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-names-'));
  copy = join(folder, 'd.zarr');
  await cp(DATA_SET, copy, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const spec = policySpec(newConfig);

it('names a pose whose form of rotation the data set tells', async () => {
  await writeFile(join(copy, 'data/action/.zattrs'), JSON.stringify({ rotation_rep: 'quaternion' }));
  const { dimensions } = await namedByDataSet(spec, copy);
  expect(Object.keys(dimensions!)).toEqual(['action']);
  expect(dimensions!['action']!.map(({ name, width, rotation }) => [name, width, rotation])).toEqual([
    ['position', 3, undefined],
    ['quaternion', 4, 'quaternion'],
    ['gripper', 1, undefined],
  ]);
});

it('does not contradict the config', async () => {
  const named = policySpec({ ...newConfig, regrip: { action_names: [{ pose: 7 }, 'grip'] } });
  expect(await namedByDataSet(named, copy)).toBe(named);
});

it('says nothing where the data set does not, or where it cannot be read', async () => {
  expect(await namedByDataSet(spec, DATA_SET)).toBe(spec);
  expect(await namedByDataSet(spec, join(folder, 'none.zarr'))).toBe(spec);
});
