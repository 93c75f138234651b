/** What a lock that could not be taken leaves behind. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { takeLock } from '../../engine/base/lock.js';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  });
  return {
    ...real,
    writeFile: async (path: string) => {
      await real.writeFile(path, ''); // a full disk still takes the name
      throw full;
    },
  };
});

test('a full disk keeps no empty file of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regrip-lock-'));
  await expect(takeLock(join(folder, '.run.lock'))).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
