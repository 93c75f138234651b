import { spawnSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { DISK_READER } from '../../engine/project/reader.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();

test('a text is read as UTF-8, without the mark of Windows editors', async () => {
  await folder.write({ a: '\ufeffgrün', empty: '' });
  expect(await DISK_READER.readText(folder.path('a'))).toBe('grün');
  expect(await DISK_READER.readText(folder.path('empty'))).toBe('');
});

test('what is not a text of a project is undefined', async () => {
  await writeFile(folder.path('large'), Buffer.alloc((1 << 20) + 1, 'a'));
  await writeFile(folder.path('just'), Buffer.alloc(1 << 20, 'a'));
  await mkdir(folder.path('sub'));
  for (const name of ['gone', 'sub', 'large', 'just/x'])
    expect(await DISK_READER.readText(folder.path(name)), name).toBeUndefined();
  expect(await DISK_READER.readText(folder.path('just'))).toHaveLength(1 << 20);
});

test('entries by name, links to files among them, links to folders and pipes not', async () => {
  await folder.write({ b: '', 'sub/x': '' });
  await symlink('b', folder.path('a-link'));
  await symlink('sub', folder.path('sub-link'));
  await symlink('gone', folder.path('broken'));
  expect(spawnSync('mkfifo', [folder.path('pipe')]).status).toBe(0);
  expect(await DISK_READER.list(folder.path())).toEqual([
    { name: 'a-link', kind: 'file' },
    { name: 'b', kind: 'file' },
    { name: 'sub', kind: 'folder' },
  ]);
});

test('a folder that is not there, is a file or may not be read is empty', async () => {
  await folder.write({ file: '', 'closed/x': '' });
  await chmod(folder.path('closed'), 0o000);
  for (const name of ['gone', 'file', ...(process.getuid?.() === 0 ? [] : ['closed'])])
    expect(await DISK_READER.list(folder.path(name)), name).toEqual([]);
  await chmod(folder.path('closed'), 0o700);
});
