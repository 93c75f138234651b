/** What CogAct recordings are recognised by, and what is said of folders that are none. */
import { rename, rm, symlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { recognise } from '../../../engine/formats/cogact/recognise.js';
import { withFault } from '../../faults/inject.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();

test('an episode is told by a file in it; one that has any is enough', async () => {
  await folder.write({ 'episode_0/notes.txt': '', 'episode_3_retry/data.pkl': '' });
  expect(await recognise(folder.path())).toEqual({ isOurs: true });
  await rename(folder.path('episode_3_retry/data.pkl'), folder.path('episode_3_retry/meta.json'));
  expect(await recognise(folder.path())).toEqual({ isOurs: true });
});

test('an episode may be a link', async () => {
  await folder.write({ 'elsewhere/meta.json': '', 'input/notes.txt': '' });
  await symlink(folder.path('elsewhere'), folder.path('input/episode_0000'));
  expect(await recognise(folder.path('input'))).toEqual({ isOurs: true });
});

test('names alone are not enough: other recorders have episodes too', async () => {
  await folder.write({ 'episode_1/data.hdf5': '', 'episode_0/data.hdf5': '', 'episode_2.hdf5': '' });
  expect(await recognise(folder.path())).toEqual({
    isOurs: false,
    found: 'episode_0, episode_1 without either of these files',
  });
});

test.each([
  ['only a, b, c and 1 more', { a: '', b: '', c: '', 'd/e': '' }],
  ['only episode_0000.hdf5', { 'episode_0000.hdf5': '' }],
  ['only a\\x0ab', { 'a\nb': '' }],
])('found: %s', async (found, files) => {
  await folder.write(files);
  expect(await recognise(folder.path())).toEqual({ isOurs: false, found });
});

test('an empty folder, a file, a folder that has vanished', async () => {
  expect(await recognise(folder.path())).toEqual({ isOurs: false, found: 'an empty folder' });
  await folder.write({ a: '' });
  expect(await recognise(folder.path('a'))).toEqual({ isOurs: false, found: 'a file' });
  await rm(folder.path('a'));
  expect(await recognise(folder.path('a'))).toEqual({ isOurs: false, found: 'a folder that cannot be read' });
});

test('a folder without episodes names the one inside that has them', async () => {
  await folder.write({ 'trajectories/episode_0000/meta.json': '' });
  expect(await recognise(folder.path())).toMatchObject({ hint: `Give ${folder.path('trajectories')}.` });
});

test('a drive that is away is not taken for a folder without recordings', async () => {
  await folder.write({ 'episode_0/meta.json': '' });
  for (const operation of ['readdir', 'stat'] as const) {
    const { result, fired } = await withFault(
      { operation, under: folder.path(), errno: 'ENOTCONN', nth: 1, lasting: true },
      () => recognise(folder.path()).catch((error: unknown) => error),
    );
    expect(fired).toBe(true);
    expect(result).toMatchObject({ code: 'disk-enotconn' });
  }
});

test('is left once the caller has given up', async () => {
  await folder.write({ 'episode_0/meta.json': '' });
  await expect(recognise(folder.path(), AbortSignal.abort(new Error('given up')))).rejects.toThrow(
    'given up',
  );
});
