import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { besideName, removeLeftovers, writeFileAtomic } from '../../engine/base/atomic.js';
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
