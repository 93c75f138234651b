/** Episodes before they are read: their order, length and stamp. */
import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { listEpisodes } from '../../../engine/formats/cogact/index.js';
import { MINI } from '../../work/convert/folders.js';
import { ownEpisode, STEPS } from './ownEpisode.js';

const own = ownEpisode();
const entry = async () => (await listEpisodes(own.path()))[0]!;

test('episodes come by number, with their length and what their frames take', async () => {
  const listed = await listEpisodes(MINI);
  expect(listed.map(({ name }) => name)).toEqual([0, 1, 2, 3, 4, 5].map((k) => `episode_000${k}`));
  expect(listed.map(({ steps }) => steps)).toEqual([24, 34, 33, 32, 25, 25]);
  expect(listed.every(({ frameBytes, steps }) => frameBytes > 1000 * steps!)).toBe(true);
  expect(new Set(listed.map(({ stamp }) => stamp)).size).toBe(6);
});

test('those that were not chosen are not looked into', async () => {
  const listed = await listEpisodes(MINI, { from: 1, atMost: 2 });
  expect(listed.map(({ number }) => number)).toEqual([1, 2]);
});

test('a damaged episode is listed, without a length', async () => {
  const { stamp } = await entry();
  await writeFile(own.within('meta.json'), '{');
  expect(await entry()).toMatchObject({ name: 'episode_0000', steps: undefined });
  await rm(own.within('images'), { recursive: true });
  const bare = await entry();
  expect(bare).toMatchObject({ frameBytes: 0 });
  expect(bare.stamp).not.toBe(stamp);
});

describe('the stamp', () => {
  test.each(['data.pkl', 'meta.json', 'images/frame_0007.jpg'])(
    'differs once %s was touched',
    async (name) => {
      const { stamp } = await entry();
      expect((await entry()).stamp).toBe(stamp);
      await utimes(own.within(name), 1, 1);
      expect((await entry()).stamp).not.toBe(stamp);
    },
  );

  test('differs once a frame is another one', async () => {
    const { stamp } = await entry();
    await rename(own.within('images/frame_0023.jpg'), own.within('images/frame_0024.jpg'));
    expect((await entry()).stamp).not.toBe(stamp);
  });
});

test('a caller that has given up gets none', async () => {
  const listing = listEpisodes(own.path(), {}, AbortSignal.abort(new Error('given up')));
  await expect(listing).rejects.toThrow('given up');
  expect((await entry()).steps).toBe(STEPS);
});
