/** What may be replaced, and what is said about the rest. */
import { symlink } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { checkOutput } from '../../../engine/work/convert/checkOutput.js';
import type { ConvertOptions } from '../../../engine/work/convert/options.js';
import { ownFolder } from '../../ownFolder.js';
import { options } from './folders.js';

const folder = ownFolder();
const check = (change: Partial<ConvertOptions> = {}) =>
  checkOutput(options({ output: folder.path('out.zarr'), ...change }));

test('a new name needs nothing', async () => {
  expect(await check()).toBeUndefined();
});

describe('a data set that is there', () => {
  test('is replaced with --overwrite alone', async () => {
    await folder.write({ 'out.zarr/.zgroup': '', 'out.zarr/data/a': '', 'out.zarr/.zattrs': '' });
    await expect(check()).rejects.toMatchObject({
      code: 'output-exists',
      hint: 'Give another name or --overwrite.',
    });
    expect(await check({ overwrite: true })).toBeUndefined();
  });

  test('with other files beside it is not, and the first three are named', async () => {
    await folder.write(
      Object.fromEntries(['.zgroup', 'd', 'c', 'b', 'a'].map((name) => [`out.zarr/${name}`, ''])),
    );
    await expect(check({ overwrite: true })).rejects.toThrow(/the output holds a, b, c beside the data set/);
  });
});

test('an empty folder, and a file, are not data sets', async () => {
  await folder.write({ 'a/out.zarr/.keep': '', 'b.zarr': '' });
  await expect(check({ output: folder.path('a/out.zarr'), overwrite: true })).rejects.toThrow(
    'the output exists and is not a zarr folder, so it is not replaced',
  );
  await expect(check({ output: folder.path('b.zarr'), overwrite: true })).rejects.toThrow(
    'the output is a file',
  );
});

describe('a link', () => {
  test('to a data set is told', async () => {
    await folder.write({ 'kept/.zgroup': '' });
    await symlink('kept', folder.path('out.zarr'));
    expect(await check({ overwrite: true })).toMatch(/out\.zarr is a link to kept: the link is replaced/);
  });

  test('to nowhere is refused, with or without --overwrite', async () => {
    await symlink('gone', folder.path('out.zarr'));
    for (const overwrite of [true, false])
      await expect(check({ overwrite })).rejects.toMatchObject({
        reason: 'the output is a link to gone, which is not there',
        hint: 'Remove or repair the link, or name the folder itself.',
      });
  });
});

describe('an unfinished conversion', () => {
  test('wants --resume or --overwrite', async () => {
    await folder.write({ 'out.zarr.partial/state.json': '{}' });
    await expect(check()).rejects.toMatchObject({
      code: 'unfinished',
      hint: 'Continue with --resume, or start again with --overwrite.',
    });
    await check({ resume: true });
    await check({ overwrite: true });
  });

  test('whose output has its name already is finished: a resume has nothing to do', async () => {
    await folder.write({ 'out.zarr/.zgroup': '', 'out.zarr.partial/state.json': '{}' });
    await expect(check({ resume: true })).rejects.toMatchObject({ code: 'output-exists' });
    await folder.write({ 'other.zarr/.zgroup': '' });
  });

  test.each([
    ['out.zarr.partial/thesis.txt', 'a folder with something else'],
    ['out.zarr.partial', 'a file'],
  ])('needs its name: %s is %s', async (name) => {
    await folder.write({ [name]: '' });
    await expect(check({ overwrite: true })).rejects.toThrow(
      'this name is needed for the unfinished data set, but something else is there',
    );
  });
});
