/** The lock where file systems and neighbours are not as usual: no hard links, and a lock that this user cannot read. */
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeLock } from '../../engine/base/lock.js';
import { withFault } from '../faults/inject.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));
const path = () => join(folder, '.lock');

test.each(['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EACCES', 'EXDEV'])(
  'a file system that answers a hard link with %s still has a lock',
  async (errno) => {
    const { fired } = await withFault(
      { operation: 'link', nth: 1, errno, under: folder, lasting: true },
      async () => {
        const lock = await takeLock(path());
        expect(await takeLock(path())).toMatchObject({ pid: process.pid });
        if ('release' in lock) await lock.release();
        expect(await takeLock(path())).toHaveProperty('release');
      },
    );
    expect(fired).toBe(true);
    expect(await readdir(folder)).toEqual(['.lock']);
  },
);

test.each([
  ['is a folder', () => mkdir(path())],
  ['leads nowhere', () => symlink('gone', path())],
])('a lock that %s is refused by name', async (_, make) => {
  await make();
  await expect(takeLock(path())).rejects.toMatchObject({ code: 'lock-unreadable', file: path() });
  expect(await readdir(folder)).toEqual(['.lock']);
});
