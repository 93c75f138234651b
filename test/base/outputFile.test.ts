/** Folders of an output that are made one by one, and what keeps them from being made. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiskError } from '../../engine/base/diskErrors.js';
import { checkOutputFile, kindText, makeFolders, removeEmptyFolders } from '../../engine/base/outputFile.js';
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

const check = (name: string, overwrite = false) =>
  checkOutputFile(join(folder, name), { overwrite, existsCode: 'mine-exists' });

test('an output that is not there is free, one that is there only by --overwrite', async () => {
  expect(await check('new')).toBeUndefined();
  await writeFile(join(folder, 'old'), '');
  await expect(check('old')).rejects.toMatchObject({
    code: 'mine-exists',
    file: join(folder, 'old'),
    hint: expect.stringContaining('--overwrite'),
  });
  expect(await check('old', true)).toBeUndefined();
});

test('nothing but a regular file is ever replaced', async () => {
  await mkdir(join(folder, 'sub'));
  spawnSync('mkfifo', [join(folder, 'pipe')]);
  for (const name of ['sub', 'pipe'])
    await expect(check(name, true)).rejects.toMatchObject({ code: 'mine-exists' });
  await expect(check('sub', true)).rejects.toThrow(/a folder/);
  await expect(check('pipe', true)).rejects.toThrow(/a named pipe/);
});

test('a link to a file is replaced itself, and that is said; one that leads nowhere is refused', async () => {
  await writeFile(join(folder, 'real'), '');
  await symlink('real', join(folder, 'link'));
  await symlink('gone', join(folder, 'broken'));
  await symlink('loop', join(folder, 'loop'));
  await symlink('.', join(folder, 'dir'));
  expect(await check('link', true)).toMatch(/link to real/);
  await expect(check('link')).rejects.toMatchObject({ code: 'mine-exists' });
  await expect(check('broken', true)).rejects.toMatchObject({ code: 'output-link' });
  await expect(check('loop', true)).rejects.toMatchObject({ code: 'disk-eloop' });
  await expect(check('dir', true)).rejects.toMatchObject({ code: 'mine-exists' });
});

test('an output whose folder is missing, or is a file, is refused by the folder', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(check('gone/a')).rejects.toMatchObject({ code: 'disk-enoent', file: join(folder, 'gone') });
  await expect(check('file/a')).rejects.toMatchObject({ code: 'disk-enotdir', file: join(folder, 'file') });
});

test('folders that were made go again as far as they are empty, and no farther', async () => {
  await mkdir(join(folder, 'a/b/c'), { recursive: true });
  await writeFile(join(folder, 'a/kept'), '');
  await removeEmptyFolders(join(folder, 'a/b/c'), join(folder, 'a'));
  expect(await readdir(folder, { recursive: true })).toEqual(['a', 'a/kept']);
});

test('what a path is, in words', async () => {
  expect(kindText(await stat('/'))).toBe('a folder');
  expect(kindText(await stat('/dev/null'))).toBe('a device');
});
