import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listEpisodes, readEpisode } from '../../../engine/formats/cogact/index.js';
import { motionOf, recordEpisodes } from '../../../scripts/demo/episodes.js';

const frame = { width: 64, height: 48 };
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-episodes-'));
  await recordEpisodes(join(folder, 'a'), { episodes: 2, seed: 5, frame });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the reader of recordings takes them', async () => {
  const entries = await listEpisodes(join(folder, 'a'));
  expect(entries).toHaveLength(2);
  const motion = motionOf(5, 1);
  const episode = await readEpisode(join(folder, 'a', 'episode_0001'));
  expect(episode.steps).toBe(motion.steps.length);
});

test('frames are JPEGs of the asked size', async () => {
  const path = join(folder, 'a', 'episode_0000', 'images', 'frame_0000.jpg');
  expect(await sharp(path).metadata()).toMatchObject({ format: 'jpeg', ...frame });
});

test('the same seed gives the same bytes', async () => {
  await recordEpisodes(join(folder, 'b'), { episodes: 1, seed: 5, frame });
  for (const name of ['data.pkl', 'meta.json', 'images/frame_0007.jpg'])
    expect(await readFile(join(folder, 'b', 'episode_0000', name))).toEqual(
      await readFile(join(folder, 'a', 'episode_0000', name)),
    );
});
