/** The files that tell one state of a replay buffer from the next. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { headerFiles } from '../../../engine/formats/zarr/headerFiles.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'regrip-headers-'));
});
afterEach(() => rm(root, { recursive: true }));

test('the folder itself first, then its headers, then each array', async () => {
  for (const name of ['b', 'a']) await mkdir(join(root, 'data', name), { recursive: true });
  const files = await headerFiles(root);
  expect(files[0]).toBe(root);
  expect(files.every(isAbsolute)).toBe(true);
  expect(files.slice(-4)).toEqual(
    ['a', 'a/.zarray', 'b', 'b/.zarray'].map((name) => join(root, 'data', name)),
  );
  expect(files).toContain(join(root, 'meta/episode_ends/0'));
});

test('where nothing is there yet', async () => {
  expect(await headerFiles(join(root, 'later'))).toContain(join(root, 'later/meta/episode_ends/.zarray'));
});

test('a folder of hundreds is not watched one by one', async () => {
  await Promise.all(
    Array.from({ length: 100 }, (_, k) => mkdir(join(root, 'data', `a${k}`), { recursive: true })),
  );
  expect((await headerFiles(root)).length).toBeLessThan(80);
});
