/** Output folders on file systems that answer in ways that `mkdir -p` does not expect. */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DiskError } from '../../engine/base/diskErrors.js';
import { makeFolders } from '../../engine/base/outputFile.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-folders-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('makeFolders', () => {
  test('makes what is missing and says which was the first', async () => {
    expect(await makeFolders(join(folder, 'a/b/c'))).toBe(join(folder, 'a'));
    expect(await makeFolders(join(folder, 'a/b/d'))).toBe(join(folder, 'a/b/d'));
    expect(await makeFolders(join(folder, 'a/b'))).toBeUndefined();
    expect(await readdir(join(folder, 'a/b'))).toEqual(['c', 'd']);
  });

  test.each(['file', 'file/below', 'file/below/it'])('says that %s is no folder', async (name) => {
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'other'));
    await expect(makeFolders(join(folder, name))).rejects.toMatchObject({ code: 'disk-enotdir' });
  });

  test.each(['link', 'link/below', 'link/below/it'])(
    'names the link that leads nowhere, for %s',
    async (name) => {
      await symlink('gone', join(folder, 'link'));
      await expect(makeFolders(join(folder, name))).rejects.toMatchObject({
        code: 'output-link',
        file: join(folder, 'link'),
      });
    },
  );

  // Where the folder above is there and ENOENT comes all the same, mkdir's `recursive` never returns.
  test.runIf(process.platform === 'linux')('ends where the system makes no folders', async () => {
    await expect(makeFolders('/proc/regrip-run')).rejects.toBeInstanceOf(DiskError);
    await expect(makeFolders('/proc/regrip/run/deep')).rejects.toMatchObject({ code: 'disk-enoent' });
  });
});
