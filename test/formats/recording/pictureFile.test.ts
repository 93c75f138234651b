/** The bytes of a picture file, and why there are none. */
import { execFileSync } from 'node:child_process';
import { mkdir, truncate } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readPictureFile } from '../../../engine/formats/recording/pictureFile.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const reason = (name: string) =>
  readPictureFile(folder.path(name)).then(
    () => 'none',
    (error: { code: string; reason: string }) => `${error.code}: ${error.reason}`,
  );

test('its bytes as they are', async () => {
  await folder.write({ 'a.jpg': Uint8Array.of(1, 2) });
  expect(Array.from(await readPictureFile(folder.path('a.jpg')))).toEqual([1, 2]);
});

test('empty, missing, a folder, a pipe: each says so, and none is waited for', async () => {
  await folder.write({ 'a.jpg': '' });
  await mkdir(folder.path('b.jpg'));
  execFileSync('mkfifo', [folder.path('c.jpg')]);
  expect(await reason('a.jpg')).toBe('frame: a.jpg cannot be decoded: the file is empty');
  expect(await reason('b.jpg')).toBe('frame: b.jpg is not a file');
  expect(await reason('c.jpg')).toBe('frame: c.jpg is not a file');
  expect(await reason('d.jpg')).toMatch(/^frame: d\.jpg cannot be decoded: ENOENT/);
});

test('a file far larger than a picture is not read', async () => {
  await folder.write({ 'a.jpg': '' });
  await truncate(folder.path('a.jpg'), 2 ** 40); // takes no space
  expect(await reason('a.jpg')).toBe('frame: a.jpg has 1099511627776 bytes, a picture has at most 268435456');
});
