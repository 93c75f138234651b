/** The place of each row, and which episodes stay out. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makePlan } from '../../../engine/work/convert/plan.js';
import { ownFolder } from '../../ownFolder.js';
import { MINI, options } from './folders.js';
import { episodeOf, floats, jpegAt, surveyOf, usableOf, withColumns } from './recorded.js';

const folder = ownFolder();
const EPISODES = [2, 3].map((steps, k) => usableOf(episodeOf(`e${k}`, steps)));

test('rows follow each other; images have the resolution', async () => {
  const plan = await makePlan(surveyOf(...EPISODES), new Map(), options({ compressionLevel: 7 }));
  expect(plan.episodeEnds).toEqual([2, 5]);
  expect(plan.frames[3]).toEqual(jpegAt('/frames/e1/1.jpg'));
  expect(plan.image).toMatchObject({
    shape: [5, 18, 32, 3],
    chunks: [2, 18, 32, 3],
    compressor: { id: 'blosc', clevel: 7 },
  });
});

test('uncompressed images have no compressor', async () => {
  const plan = await makePlan(surveyOf(...EPISODES), new Map(), options({ compressor: 'none' }));
  expect(plan.image.compressor).toBeNull();
});

test('an episode that was left out, or lacks a column of the first one, is skipped by name', async () => {
  const timed = usableOf(withColumns(episodeOf('e3', 2), { timestamp: floats(2, 1, 'seconds') }));
  const survey = {
    ...surveyOf(EPISODES[0]!, timed, EPISODES[1]!),
    skipped: [{ episode: 'e9', reason: 'cut off' }],
  };
  const plan = await makePlan(survey, new Map([['e0', 'damaged']]), options({}));
  expect(plan.episodes.map(({ name }) => name)).toEqual(['e3']);
  expect(plan.skipped).toEqual([
    { episode: 'e0', reason: 'damaged' },
    { episode: 'e1', reason: 'has no column timestamp, but e3 has one' },
    { episode: 'e9', reason: 'cut off' },
  ]);
});

test('without a resolution the first frame that can be read gives the size', async () => {
  await mkdir(folder.path('a'));
  await writeFile(folder.path('a/0.jpg'), 'no picture');
  await cp(join(MINI, 'episode_0000/images/frame_0000.jpg'), folder.path('a/1.jpg'));
  const [bad, good] = EPISODES.map((episode, k) => ({
    ...episode,
    frames: [jpegAt(folder.path(`a/${k}.jpg`))],
  }));
  const leftOut = new Map<string, string>();
  const plan = await makePlan(surveyOf(bad!, good!), leftOut, options({ resolution: undefined }));
  expect(plan.size).toEqual({ width: 480, height: 270 });
  expect([...leftOut]).toEqual([['e0', expect.stringMatching(/^0\.jpg cannot be decoded: /)]]);
});

test('none that is usable: up to five reasons', async () => {
  const skipped = Array.from({ length: 7 }, (_, k) => ({ episode: `e${k}`, reason: 'cut off' }));
  const plan = makePlan({ ...surveyOf(), skipped }, new Map(), options({ input: '/in' }));
  await expect(plan).rejects.toMatchObject({
    code: 'no-episode',
    reason:
      'no episode can be used (e0: cut off; e1: cut off; e2: cut off; e3: cut off; e4: cut off; and 2 more)',
  });
});
