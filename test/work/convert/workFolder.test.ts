/** The folder beside the output: begun, continued, published, given up. */
import { readdir, readFile, symlink } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { isWorkFolder, partialPath, WorkFolder } from '../../../engine/work/convert/workFolder.js';
import { withFault } from '../../faults/inject.js';
import { ownFolder } from '../../ownFolder.js';
import { options } from './folders.js';

const folder = ownFolder();
const output = () => folder.path('out.zarr');
const open = (resume: boolean, fingerprint = 'one') =>
  WorkFolder.open(options({ output: output(), resume }), fingerprint);
const listing = async () => (await readdir(folder.path(), { recursive: true })).sort();

test('begins with an empty data set and its state', async () => {
  await open(false);
  expect(await listing()).toEqual([
    'out.zarr.partial',
    'out.zarr.partial/state.json',
    'out.zarr.partial/zarr',
  ]);
});

describe('a resume', () => {
  test('continues with the chunks and the episodes that were left out, without half-written files', async () => {
    const begun = await open(false);
    begun.leftOut.set('e1', 'damaged');
    await begun.save();
    await folder.write({ 'out.zarr.partial/zarr/0.0': 'x', 'out.zarr.partial/zarr/.1.0.7.tmp': 'x' });
    const continued = await open(true);
    expect([...continued.leftOut]).toEqual([['e1', 'damaged']]);
    expect(await readdir(continued.zarr)).toEqual(['0.0']);
  });

  test('of other recordings or options is refused, and so is one without a state', async () => {
    await open(false);
    const refused = {
      code: 'resume-differs',
      hint: 'Use the same options, or start again with --overwrite.',
    };
    await expect(open(true, 'another')).rejects.toMatchObject(refused);
    for (const state of ['', '{"format": 2, "fingerprint": "one", "leftOut": {}}', 'null']) {
      await folder.write({ 'out.zarr.partial/state.json': state });
      await expect(open(true)).rejects.toMatchObject(refused);
    }
  });

  test('of nothing begins', async () => {
    expect((await open(true)).leftOut.size).toBe(0);
  });
});

test('a new start brings back what a killed one had put aside', async () => {
  await folder.write({ 'out.zarr.partial/replaced/.zgroup': 'old', 'out.zarr.partial/state.json': '{}' });
  await open(false);
  expect(await readFile(folder.path('out.zarr/.zgroup'), 'utf8')).toBe('old');
});

describe('publishing', () => {
  test('gives the data set its name in place of the old one', async () => {
    await folder.write({ 'out.zarr/old': '' });
    const work = await open(false);
    await folder.write({ 'out.zarr.partial/zarr/new': '' });
    await work.publish();
    expect(await listing()).toEqual(['out.zarr', 'out.zarr/new']);
  });

  test('that fails leaves the old one where it was', async () => {
    await folder.write({ 'out.zarr/old': '' });
    const work = await open(false);
    const { fired } = await withFault(
      { operation: 'rename', under: 'partial/zarr', errno: 'EIO', nth: 1 },
      () => expect(work.publish()).rejects.toThrow('EIO'),
    );
    expect(fired).toBe(true);
    expect(await readdir(output())).toEqual(['old']);
  });
});

describe('given up', () => {
  test('it goes when it holds no chunk', async () => {
    const work = await open(false);
    expect(await work.discardIfEmpty()).toBe(false);
    expect(await listing()).toEqual([]);
  });

  test('it stays when it does, and nothing is done about one that is gone', async () => {
    const work = await open(false);
    await folder.write({ 'out.zarr.partial/zarr/data/image/0.0': 'x' });
    expect(await work.discardIfEmpty()).toBe(true);
    await work.publish();
    expect(await work.discardIfEmpty()).toBe(false);
    expect(await listing()).toContain('out.zarr');
  });
});

test('is told from a folder of the user’s by what is in it', async () => {
  await open(false);
  const partial = partialPath(output());
  expect(await isWorkFolder(partial)).toBe(true);
  await symlink('nowhere', folder.path('out.zarr.partial/mine'));
  expect(await isWorkFolder(partial)).toBe(false);
});
