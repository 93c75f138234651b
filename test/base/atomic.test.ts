import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  besideName,
  hiddenName,
  isBesideName,
  makeSubfolder,
  removeLeftovers,
  writeFileAtomic,
} from '../../engine/base/atomic.js';
import { type Fault, withFault } from '../faults/inject.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-atomic-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A process that was here and is gone. */
const gone = (): number => spawnSync(process.execPath, ['-e', '']).pid;

test('what a dead process was writing goes; what lives, and what only looks alike, stays', async () => {
  const stays = [
    besideName('latest.ckpt'),
    '.latest.ckpt.tmp',
    `latest.ckpt.${gone()}-0011aabb.tmp`,
    'a.tmp',
  ];
  const leftover = `.latest.ckpt.${gone()}-0011aabb.tmp`;
  for (const name of [...stays, leftover]) await writeFile(join(folder, name), 'half');
  await removeLeftovers(folder);
  expect((await readdir(folder)).sort()).toEqual(stays.sort());
  await removeLeftovers(join(folder, 'never made'));
});

test('a write that fails leaves the old file and nothing beside it', async () => {
  const target = join(folder, 'latest.ckpt');
  await writeFile(target, 'old');
  const broken = writeFileAtomic(target, async (file) => {
    await file.writeFile('new');
    throw new Error('disk full');
  });
  await expect(broken).rejects.toThrow('disk full');
  expect(await readdir(folder)).toEqual(['latest.ckpt']);
});

test.each(['EINVAL', 'EBADF', 'ENOSYS', 'EACCES'])(
  'a file system that answers the flush of a folder with %s has the file all the same',
  async (errno) => {
    const target = join(folder, 'latest.ckpt');
    const fault: Fault = { operation: 'handle.sync', nth: 2, errno, under: folder };
    const { fired } = await withFault(fault, () => writeFileAtomic(target, (file) => file.writeFile('new')));
    expect(fired).toBe(true);
    expect(await readdir(folder)).toEqual(['latest.ckpt']);
  },
);

test('a disk that fails to flush the folder is told: the file is there', async () => {
  const target = join(folder, 'latest.ckpt');
  const fault: Fault = { operation: 'handle.sync', nth: 2, errno: 'EIO', under: folder };
  await withFault(fault, async () => {
    const written = writeFileAtomic(target, (file) => file.writeFile('new'));
    await expect(written).rejects.toMatchObject({ code: 'disk-not-flushed' });
  });
});

test('a folder that a dead process was writing goes with all that is in it', async () => {
  const leftover = `.data.zarr.${gone()}-0011aabb.tmp`;
  await mkdir(join(folder, leftover, 'chunks'), { recursive: true });
  await removeLeftovers(folder);
  expect(await readdir(folder)).toEqual([]);
});

test('what a process of another machine was writing goes only after a day', async () => {
  const [fresh, old] = [`.a.${gone()}-0011aabb22334455.tmp`, `.b.${gone()}-0011aabb22334455.tmp`];
  for (const name of [fresh, old]) await writeFile(join(folder, name), '');
  const yesterday = Date.now() / 1000 - 25 * 3600;
  await utimes(join(folder, old), yesterday, yesterday);
  await removeLeftovers(folder);
  expect(await readdir(folder)).toEqual([fresh]);
});

test('the new file replaces the old one whole, with the rights that are asked for', async () => {
  const target = join(folder, 'a');
  await writeFileAtomic(target, (file) => file.writeFile('a longer text'));
  await writeFileAtomic(target, (file) => file.writeFile('new'), 0o600);
  expect(await readFile(target, 'utf8')).toBe('new');
  expect((await stat(target)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['a']);
});

test('a refusal of the system is told about the target', async () => {
  const target = join(folder, 'gone', 'a');
  const written = writeFileAtomic(target, async () => undefined);
  await expect(written).rejects.toMatchObject({ code: 'disk-enoent', file: target });
});

test('names beside a target: hidden, in its folder, never the same twice, and short enough for any file system', () => {
  const long = join(folder, 'ü'.repeat(127));
  for (const target of [join(folder, 'a'), long, `${long.slice(0, -1)}o`]) {
    const names = [besideName(target), besideName(target)];
    expect(names[0]).not.toBe(names[1]);
    for (const name of names) {
      expect(dirname(name)).toBe(folder);
      expect(isBesideName(basename(name))).toBe(true);
      expect(Buffer.byteLength(basename(name))).toBeLessThanOrEqual(255);
    }
  }
  expect(hiddenName(long, '.lock')).not.toBe(hiddenName(`${long}x`, '.lock'));
  expect(hiddenName('/x/a.zarr', '.lock')).toBe('/x/.a.zarr.lock');
  expect(isBesideName('a.tmp')).toBe(false);
});

test('a folder is made where the one above it is there', async () => {
  await makeSubfolder(join(folder, 'a'));
  await makeSubfolder(join(folder, 'a')); // there already
  expect(await readdir(folder)).toEqual(['a']);
  await expect(makeSubfolder(join(folder, 'b', 'c'))).rejects.toMatchObject({ code: 'disk-enoent' });
});
