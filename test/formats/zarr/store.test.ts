/** A folder as a store: nothing outside it is read, nothing that would block, nothing too large. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderStore } from '../../../engine/formats/zarr/store.js';

let root: string;
let store: FolderStore;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'regrip-store-'));
  await mkdir(join(root, 'd'));
  await writeFile(join(root, 'd/a'), 'hello');
  store = await FolderStore.open(root);
});
afterEach(() => rm(root, { recursive: true }));

test('a key, one that is not there, and one below a file', async () => {
  expect(Buffer.from((await store.get('d/a', 10))!).toString()).toBe('hello');
  expect(await store.get('d/b', 10)).toBeUndefined();
  expect(await store.get('d/a/b', 10)).toBeUndefined();
  expect([await store.has('d'), await store.has('e')]).toEqual([true, false]);
});

test('a file that is longer than may belong there is not read', async () => {
  await expect(store.get('d/a', 4)).rejects.toMatchObject({
    code: 'zarr-chunk',
    fault: 'damaged',
    file: join(root, 'd/a'),
    message: expect.stringContaining('the file has 5 bytes, at most 4 can belong here'),
  });
});

test('JSON: parsed, missing, damaged', async () => {
  await writeFile(join(root, 'j'), '{"a": 1}');
  await writeFile(join(root, 'k'), '{');
  await writeFile(join(root, 'l'), Buffer.of(0xff, 0xfe));
  expect(await store.json('j')).toEqual({ a: 1 });
  expect(await store.json('none')).toBeUndefined();
  for (const key of ['k', 'l'])
    await expect(store.json(key)).rejects.toMatchObject({
      code: 'zarr-metadata',
      message: `${join(root, key)}: is not valid JSON`,
    });
});

test('folders, sorted, links among them; a file is not one', async () => {
  await mkdir(join(root, 'd/z'));
  await mkdir(join(root, 'd/b'));
  await symlink(join(root, 'd/b'), join(root, 'd/link'));
  expect(await store.folders('d')).toEqual(['b', 'link', 'z']);
  expect(await store.folders('none')).toEqual([]);
  await expect(store.folders('d/a')).rejects.toThrow(/is not a folder that can be read/);
});

describe('out of the folder', () => {
  test.each(['../a', 'd/../../a', 'd//a', './a', 'd\\a', 'd/a\0', ''])('the key %j', async (key) => {
    await expect(store.get(key, 10)).rejects.toMatchObject({ code: 'zarr-outside' });
  });

  test('a link, also one in the middle of a key; a link that stays inside is followed', async () => {
    await symlink('/etc', join(root, 'etc'));
    await symlink(join(root, 'd'), join(root, 'inside'));
    await expect(store.get('etc/passwd', 1e6)).rejects.toThrow(/is a link that leads out of the data set/);
    expect(await store.get('inside/a', 10)).toHaveLength(5);
  });

  test('a store that is itself reached by a link', async () => {
    await symlink(root, `${root}.link`);
    try {
      expect(await (await FolderStore.open(`${root}.link`)).get('d/a', 10)).toHaveLength(5);
    } finally {
      await rm(`${root}.link`);
    }
  });
});

test('links in a circle, and a pipe, which would never answer', async () => {
  await symlink('b', join(root, 'a'));
  await symlink('a', join(root, 'b'));
  await expect(store.get('a', 10)).rejects.toThrow(/cannot be followed \(ELOOP\)/);
  execFileSync('mkfifo', [join(root, 'pipe')]);
  await expect(store.get('pipe', 10)).rejects.toThrow(/is not a plain file/);
});
