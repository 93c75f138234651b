/** Folders of an output that are made one by one, and what keeps them from being made. */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiskError } from '../../engine/base/diskErrors.js';
import { makeFolders } from '../../engine/base/outputFile.js';
import { withFault } from '../faults/inject.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-folders-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the first that was made is told, and none where all are there', async () => {
  expect(await makeFolders(join(folder, 'a/b/c'))).toBe(join(folder, 'a'));
  expect(await makeFolders(join(folder, 'a/b/d'))).toBe(join(folder, 'a/b/d'));
  expect(await makeFolders(join(folder, 'a/b'))).toBeUndefined();
  expect(await readdir(join(folder, 'a/b'))).toEqual(['c', 'd']);
});

test('a read-only disk is called that, however much of the path is missing', async () => {
  const fault = { operation: 'mkdir', nth: 3, errno: 'EROFS', under: folder } as const;
  const { fired } = await withFault(fault, () =>
    expect(makeFolders(join(folder, 'a/b/c'))).rejects.toMatchObject({
      code: 'disk-erofs',
      file: join(folder, 'a'),
    }),
  );
  expect(fired).toBe(true);
});

test('what was made goes again where the rest cannot be', async () => {
  await expect(makeFolders(join(folder, 'a/b', 'x'.repeat(300)))).rejects.toMatchObject({
    code: 'disk-enametoolong',
  });
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ['a file', () => writeFile(join(folder, 'it'), ''), 'disk-enotdir'],
  ['a link that leads nowhere', () => symlink('gone', join(folder, 'it')), 'output-link'],
])('%s on the way is refused by name', async (_, make, code) => {
  await make();
  for (const path of ['it', 'it/a', 'it/a/b'])
    await expect(makeFolders(join(folder, path))).rejects.toMatchObject({ code });
  await mkdir(join(folder, 'real'));
  await symlink('real', join(folder, 'through'));
  expect(await makeFolders(join(folder, 'through'))).toBeUndefined();
});

// Where the folder above is there and ENOENT comes all the same, mkdir's `recursive` never returns.
test.runIf(process.platform === 'linux')('it ends where the system makes no folders', async () => {
  await expect(makeFolders('/proc/regrip-run')).rejects.toBeInstanceOf(DiskError);
  await expect(makeFolders('/proc/regrip/run/deep')).rejects.toMatchObject({ code: 'disk-enoent' });
});

test('it is the link that leads nowhere which is named, also from below it', async () => {
  await symlink('gone', join(folder, 'it'));
  for (const path of ['it', 'it/a', 'it/a/b'])
    await expect(makeFolders(join(folder, path))).rejects.toMatchObject({ file: join(folder, 'it') });
});
