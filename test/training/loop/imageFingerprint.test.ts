/** Images are told from others by their files, wherever the data set lies. */
import { appendFile, cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { imageFingerprint } from '../../../engine/training/loop/imageFingerprint.js';
import { oneEpisode, writeStore, zarray } from '../../server/reader/readerFiles.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-fingerprint-'));
  path = await writeStore(join(folder, 'd.zarr'), {
    ...oneEpisode(2),
    'data/image/.zarray': zarray([2, 2, 2, 3], { dtype: '|u1', chunks: [1, 2, 2, 3] }),
    'data/image/0.0.0.0': 'first frame!',
    'data/image/1.0.0.0': 'second frame',
    'data/action/.zarray': zarray([2, 8]),
    'data/action/0.0': 'x',
  });
});
afterEach(() => rm(folder, { recursive: true }));

const of = (where = path, camera = 'image') => imageFingerprint(where, camera);

test('the same elsewhere, and with other actions', async () => {
  const first = await of();
  expect(await of()).toBe(first);
  const copy = join(folder, 'copy.zarr');
  await cp(path, copy, { recursive: true });
  await appendFile(join(copy, 'data/action/0.0'), 'more');
  expect(await of(copy)).toBe(first);
});

test.each([
  ['a byte', () => writeFile(join(path, 'data/image/1.0.0.0'), 'second Frame')],
  ['a chunk that moved', () => rename(join(path, 'data/image/1.0.0.0'), join(path, 'data/image/2.0.0.0'))],
  ['a chunk that is gone', () => rm(join(path, 'data/image/0.0.0.0'))],
  ['the shape', () => writeStore(path, { 'data/image/.zarray': zarray([2, 3, 2, 2], { dtype: '|u1' }) })],
])('another by %s', async (_, change) => {
  const first = await of();
  await change();
  expect(await of()).not.toBe(first);
});

test('nested chunks, which lie in folders', async () => {
  await writeStore(path, {
    'data/nested/.zarray': zarray([2, 3], { dimension_separator: '/' }),
    'data/nested/0/0': 'a',
  });
  const first = await of(path, 'nested');
  await writeStore(path, { 'data/nested/0/0': 'b' });
  expect(await of(path, 'nested')).not.toBe(first);
});

test('a camera that is not there', async () => {
  await expect(of(path, 'wrist')).rejects.toMatchObject({
    code: 'disk-enoent',
    file: join(path, 'data/wrist'),
  });
});
