/** What the reader's thread keeps open between requests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Held } from '../../../server/reader/held.js';
import type { HeldLog } from '../../../server/reader/heldLog.js';
import { floats, writeZarr } from './readerFiles.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-held-'));
});
afterEach(() => rm(folder, { recursive: true }));
const made = (name: string) => writeZarr(join(folder, name), { action: floats(4, 8, 4, () => 0) }, [4]);

test('a data set is opened once a state; without one each time', async () => {
  const held = new Held();
  const path = await made('a.zarr');
  const first = await held.dataSet(path, 'one');
  expect(await held.dataSet(path, 'one')).toBe(first);
  expect(await held.dataSet(path, 'two')).not.toBe(first);
  const unknown = await held.dataSet(path, undefined);
  expect(await held.dataSet(path, undefined)).not.toBe(unknown);
});

test('three data sets are kept, the one that was not used goes first', async () => {
  const held = new Held();
  const paths = await Promise.all(['a', 'b', 'c', 'd'].map((name) => made(`${name}.zarr`)));
  const first = await held.dataSet(paths[0]!, 's');
  for (const path of paths.slice(1)) await held.dataSet(path, 's');
  expect(await held.dataSet(paths[0]!, 's')).not.toBe(first);
});

test('a log is read once a state, and a failed read is tried again', async () => {
  const held = new Held();
  const log = { bytes: 100 } as HeldLog;
  const read = vi.fn(async () => log);
  await expect(held.log('/a', 's', () => Promise.reject(new Error('torn')))).rejects.toThrow('torn');
  expect(await held.log('/a', 's', read)).toBe(log);
  expect(await held.log('/a', 's', read)).toBe(log);
  expect(read).toHaveBeenCalledTimes(1);
  await held.log('/a', 't', read);
  await held.log('/a', undefined, read);
  await held.log('/a', undefined, read);
  expect(read).toHaveBeenCalledTimes(4);
});

test('a log that is too large is not kept', async () => {
  const held = new Held();
  const read = vi.fn(async () => ({ bytes: 2 ** 31 }) as HeldLog);
  await held.log('/a', 's', read);
  await held.log('/a', 's', read);
  expect(read).toHaveBeenCalledTimes(2);
});
