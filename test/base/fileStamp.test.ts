import { appendFile, mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ABSENT, stampOf } from '../../engine/base/fileStamp.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();

test('it stays while nothing happens and is another after each change', async () => {
  const path = folder.path('a.txt');
  const seen = new Set<string>();
  const changes = [
    async () => undefined,
    () => writeFile(path, 'one'),
    () => appendFile(path, 'two'),
    () => utimes(path, 1, 1),
    async () => {
      await writeFile(`${path}.new`, 'onetwo');
      await utimes(`${path}.new`, 1, 1);
      await rename(`${path}.new`, path); // as long and as old as before
    },
  ];
  for (const change of changes) {
    await change();
    const stamp = await stampOf(path);
    expect(await stampOf(path)).toBe(stamp);
    seen.add(stamp);
  }
  expect(seen.size).toBe(changes.length);
  await rm(path);
  expect(await stampOf(path)).toBe(ABSENT);
});

test('that of a folder changes with the names in it, not with what its files hold', async () => {
  await mkdir(folder.path('d'));
  const empty = await stampOf(folder.path('d'));
  await folder.write({ 'd/a': '' });
  const one = await stampOf(folder.path('d'));
  expect(one).not.toBe(empty);
  await appendFile(folder.path('d/a'), 'more');
  expect(await stampOf(folder.path('d'))).toBe(one);
});

test('what lies below a file, or has a name that no file has, is absent', async () => {
  await folder.write({ a: '' });
  expect(await stampOf(folder.path('a', 'b'))).toBe(ABSENT);
  expect(await stampOf('a\0b')).toBe(ABSENT);
});
