/** A folder as an output: whole or not there, and what it replaces is never lost. */
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkOutputFolder, restoreReplaced, writeFolderAtomic } from '../../engine/base/folderOutput.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();
const RULES = {
  overwrite: false,
  existsCode: 'there',
  isOurs: (name: string) => name === 'a',
  what: 'a policy',
};
const fill = (text: string) => (path: string) => writeFile(join(path, 'a'), text);

test('it has its name once it is whole, and replaces another as a whole', async () => {
  const path = folder.path('out');
  await writeFolderAtomic(path, fill('1'));
  await writeFolderAtomic(path, fill('2'));
  expect(await readFile(join(path, 'a'), 'utf8')).toBe('2');
  expect(await readdir(folder.path())).toEqual(['out']);
});

test('a fault while it is filled leaves everything as it was', async () => {
  const path = folder.path('out');
  await writeFolderAtomic(path, fill('1'));
  const failing = async (inside: string) => {
    await writeFile(join(inside, 'b'), '2');
    throw new Error('stop');
  };
  await expect(writeFolderAtomic(path, failing)).rejects.toThrow('stop');
  expect([await readdir(path), await readdir(folder.path())]).toEqual([['a'], ['out']]);
});

test('what a killed process had put aside comes back, and goes where its successor has the name', async () => {
  const path = folder.path('out');
  await writeFolderAtomic(path, fill('1'));
  await rename(path, folder.path('.out.replaced'));
  await restoreReplaced(path);
  expect(await readdir(folder.path())).toEqual(['out']);
  await mkdir(folder.path('.out.replaced'));
  await restoreReplaced(path);
  expect(await readdir(folder.path())).toEqual(['out']);
});

test('only a folder with nothing of others in it is replaced, and on request', async () => {
  const path = folder.path('out');
  const check = (overwrite = false) => checkOutputFolder(path, { ...RULES, overwrite });
  await check();
  await mkdir(path);
  await check(); // empty: made for it
  await writeFile(join(path, 'a'), '1');
  await expect(check()).rejects.toMatchObject({
    code: 'there',
    hint: expect.stringContaining('--overwrite'),
  });
  await check(true);
  await writeFile(join(path, 'notes'), '');
  await expect(check(true)).rejects.toThrow('holds more than a policy (notes) and will not be replaced');
  await symlink('out', folder.path('link'));
  await expect(checkOutputFolder(folder.path('link'), { ...RULES, overwrite: true })).rejects.toThrow(
    'is a link',
  );
  await expect(checkOutputFolder(join(path, 'a'), RULES)).rejects.toThrow(
    'is a file and will not be replaced',
  );
  await expect(checkOutputFolder(folder.path('no', 'out'), RULES)).rejects.toMatchObject({
    code: expect.any(String),
  });
});
