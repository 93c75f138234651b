/** A lock among processes, dead ones and other machines, and where file systems are not as usual: no hard links, unreadable locks. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { takeLock } from '../../engine/base/lock.js';
import { machineOf, markOf } from '../../engine/base/process.js';
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

test('one process holds it, with what is written about it, until it is released', async () => {
  const lock = await takeLock(path(), { job: 'regrip convert', host: 'here' });
  expect(await takeLock(path())).toEqual({ ...markOf(process.pid), job: 'regrip convert', host: 'here' });
  expect((await stat(path())).mode & 0o777).toBe(0o600);
  if ('release' in lock) await lock.release();
  expect(await readdir(folder)).toEqual([]);
  expect(await takeLock(path())).toHaveProperty('release');
});

const dead = () => spawnSync(process.execPath, ['-e', '']).pid;

test.each<[string, () => string]>([
  ['of a process that is gone', () => JSON.stringify({ pid: dead() })],
  [
    'of an earlier process of a number that is in use',
    () => JSON.stringify({ pid: process.pid, birth: 'boot:1' }),
  ],
  ['of this machine’s dead', () => JSON.stringify({ pid: dead(), machine: machineOf() })],
  ['that holds no process', () => '{"pid": "1"}'],
  ['that is not JSON', () => 'half'],
])('a lock %s is taken over', async (_, text) => {
  await writeFile(path(), text());
  expect(await takeLock(path())).toHaveProperty('release');
  expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ pid: process.pid });
  expect(await readdir(folder)).toEqual(['.lock']);
});

test('a lock of another machine stands, since nobody here can tell', async () => {
  const holder = { pid: dead(), machine: 'elsewhere' };
  await writeFile(path(), JSON.stringify(holder));
  expect(await takeLock(path())).toEqual(holder);
});

test('an empty lock is waited for while its writer may still be writing, then taken over', async () => {
  await writeFile(path(), '');
  const before = Date.now();
  expect(await takeLock(path())).toHaveProperty('release');
  expect(Date.now() - before).toBeGreaterThan(500);
});

test('releasing removes the lock only while it is one’s own', async () => {
  const lock = await takeLock(path());
  await writeFile(path(), 'another');
  if ('release' in lock) await lock.release();
  expect(await readFile(path(), 'utf8')).toBe('another');
});

describe('a lock among many', () => {
  test('has one holder, and is free after its release', async () => {
    const taken = await Promise.all(Array.from({ length: 8 }, () => takeLock(path())));
    const held = taken.flatMap((one) => ('release' in one ? [one] : []));
    expect(held).toHaveLength(1);
    expect(taken.filter((one) => 'pid' in one && one.pid === process.pid)).toHaveLength(7);
    await held[0]!.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('whose guard was left by a process that was killed is taken over all the same', async () => {
    await writeFile(path(), '');
    await writeFile(`${path()}.guard`, '');
    expect(await takeLock(path())).toHaveProperty('release');
  });

  test.each([
    ['a process that is gone', '{"pid": 4194303, "birth": "x"}'],
    ['nobody', ''],
    ['nonsense', '{"pid": "one"}'],
  ])('that names %s is taken over, by one of many', async (_whom, text) => {
    await writeFile(path(), text);
    const taken = await Promise.all(Array.from({ length: 8 }, () => takeLock(path())));
    expect(taken.filter((one) => 'release' in one)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['.lock']);
  });
});
