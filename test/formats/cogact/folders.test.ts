/** Where the parts of an episode lie. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { episodeFolders, listFrames } from '../../../engine/formats/cogact/folders.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const names = async () => (await listFrames(folder.path())).map(({ path }) => basename(path));

test('episodes are folders or links with a number, whatever follows it', async () => {
  await folder.write({ 'episode_7_retry/a': '', 'episode_x/a': '', 'old_episode_1/a': '', episode_8: '' });
  await symlink('episode_7_retry', folder.path('episode_9'));
  const found = episodeFolders(folder.path(), await readdir(folder.path(), { withFileTypes: true }));
  expect(found.map(({ number }) => number).sort()).toEqual([7, 9]);
});

test('frames come by number, not by name; other files are none', async () => {
  const files = ['frame_10.jpg', 'frame_9.jpg', 'frame_1.png', 'frame_.jpg', 'frame_1.jpg.tmp', 'thumb.jpg'];
  await folder.write(Object.fromEntries(files.map((name) => [`images/${name}`, ''])));
  expect(await names()).toEqual(['frame_9.jpg', 'frame_10.jpg']);
});

test('links to files count, folders, pipes and links to nowhere do not', async () => {
  await folder.write({ 'elsewhere.jpg': '', 'images/frame_0.jpg': '' });
  await symlink(folder.path('elsewhere.jpg'), folder.path('images/frame_1.jpg'));
  await symlink(folder.path('nowhere.jpg'), folder.path('images/frame_2.jpg'));
  await mkdir(folder.path('images/frame_3.jpg'));
  execFileSync('mkfifo', [folder.path('images/frame_4.jpg')]);
  expect(await names()).toEqual(['frame_0.jpg', 'frame_1.jpg']);
});

test('images/ goes before Images/, and without either there are no frames', async () => {
  await expect(names()).rejects.toMatchObject({
    code: 'episode-frames',
    reason: 'there is no folder images or Images',
  });
  await folder.write({ 'Images/frame_1.jpg': '' });
  expect(await names()).toEqual(['frame_1.jpg']);
  await folder.write({ 'images/frame_2.jpg': '' });
  expect(await names()).toEqual(['frame_2.jpg']);
});
