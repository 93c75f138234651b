/** What is there, what is not, and what cannot be said just now. */
import { mkdir, symlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { isThere } from '../../engine/base/isThere.js';
import { withFault } from '../faults/inject.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();
const there = (name: string) => isThere(folder.path(name));

test('files and folders are there; nothing is below a file, nor behind a link that leads nowhere', async () => {
  await folder.write({ a: '' });
  await mkdir(folder.path('d'));
  await symlink(folder.path('a'), folder.path('link'));
  await symlink(folder.path('gone'), folder.path('loose'));
  const names = ['a', 'd', 'link', 'b', 'a/b', 'loose'];
  expect(await Promise.all(names.map(there))).toEqual([true, true, true, false, false, false]);
});

test('a drive that does not answer is not taken for nothing', async () => {
  await folder.write({ a: '' });
  const { result, fired } = await withFault(
    { operation: 'stat', under: folder.path('a'), errno: 'ESTALE', nth: 1, lasting: true },
    () => there('a').catch((error: unknown) => error),
  );
  expect(fired).toBe(true);
  expect(result).toMatchObject({ code: 'disk-estale', file: folder.path('a') });
});
