import { link, mkdir, symlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  foldersAbove,
  identityOf,
  isSamePlace,
  liesIn,
  linkTarget,
  realPlace,
} from '../../engine/base/places.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();

test('the real place of what is there, and of what is not, as far as its folders are', async () => {
  await mkdir(folder.path('real', 'sub'), { recursive: true });
  await symlink('real', folder.path('linked'));
  const top = await realPlace(folder.path());
  expect(await realPlace(folder.path('linked', 'sub'))).toBe(`${top}/real/sub`);
  expect(await realPlace(folder.path('linked', 'new', 'deep.zarr'))).toBe(`${top}/real/new/deep.zarr`);
  expect(await realPlace('/')).toBe('/');
  await symlink('gone', folder.path('broken'));
  expect(await realPlace(folder.path('broken', 'x'))).toBe(`${top}/broken/x`);
});

test('one place under two names', async () => {
  await folder.write({ a: '', b: '' });
  await link(folder.path('a'), folder.path('hard'));
  await symlink('a', folder.path('soft'));
  const same = (one: string, other: string) => isSamePlace(folder.path(one), folder.path(other));
  expect(await same('a', 'hard')).toBe(true);
  expect(await same('a', 'soft')).toBe(true);
  expect(await same('a', './a')).toBe(true);
  expect(await same('a', 'b')).toBe(false);
});

test('two places that are not there are not the same', async () => {
  expect(await isSamePlace(folder.path('gone'), folder.path('gone'))).toBe(false);
  expect(await identityOf(folder.path('gone'))).toBeUndefined();
});

test('what lies in a folder, or would', async () => {
  await mkdir(folder.path('data', 'a.zarr'), { recursive: true });
  await mkdir(folder.path('data-old'));
  await symlink('data', folder.path('linked'));
  const lies = (inner: string, outer: string) => liesIn(folder.path(inner), folder.path(outer));
  expect(await lies('data', 'data')).toBe(true);
  expect(await lies('data/a.zarr', 'data')).toBe(true);
  expect(await lies('linked/a.zarr/new/file', 'data')).toBe(true);
  expect(await lies('data/new', 'linked')).toBe(true);
  expect(await lies('data', 'data/a.zarr')).toBe(false);
  expect(await lies('data-old/x', 'data')).toBe(false); // though its name begins so
  expect(await lies('gone/x', 'gone')).toBe(false);
});

test('the folders above reach up to the root', async () => {
  const above = await foldersAbove(folder.path('new', 'file'));
  expect(above).toContain(await identityOf('/'));
  expect(above).toContain(await identityOf(folder.path()));
});

test('a link tells where it points as it is written, anything else nothing', async () => {
  await folder.write({ file: '' });
  await symlink('../no/where', folder.path('link'));
  expect(await linkTarget(folder.path('link'))).toBe('../no/where');
  for (const other of ['file', 'gone', '.']) expect(await linkTarget(folder.path(other))).toBeUndefined();
});
