/** How much disk a conversion is said to need. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makePlan } from '../../../engine/work/convert/plan.js';
import { checkSpace, gigabytes } from '../../../engine/work/convert/space.js';
import { ownFolder } from '../../ownFolder.js';
import { MINI, options } from './folders.js';
import { episodeOf, jpegAt, surveyOf, usableOf } from './recorded.js';

const folder = ownFolder();
const OURS = 1.15 * (32 * 18 * 3);
/** Of two steps, their columns: pose and action. */
const COLUMNS = 1.15 * 2 * (7 + 8) * 4;

async function needed(compressor: 'blosc' | 'none', frames: number) {
  const asked = options({ output: folder.path('out.zarr'), compressor });
  const episode = usableOf(episodeOf('e0', 2));
  const path = folder.path('0.jpg');
  const plan = await makePlan(
    surveyOf({ ...episode, frames: [jpegAt(path), jpegAt(path)] }),
    new Map(),
    asked,
  );
  return checkSpace(plan, frames, asked);
}

test('uncompressed frames take their size, and no frame is read', async () => {
  const { neededBytes, freeBytes } = await needed('none', 1000);
  expect(Math.abs(neededBytes - (1000 * OURS + COLUMNS))).toBeLessThan(2);
  expect(freeBytes).toBeGreaterThan(neededBytes);
});

test('a compressed frame is measured; a damaged one counts as uncompressed', async () => {
  const damaged = await needed('blosc', 1000);
  expect(Math.abs(damaged.neededBytes - (1000 * OURS + COLUMNS))).toBeLessThan(2);
  await cp(join(MINI, 'episode_0000/images/frame_0000.jpg'), folder.path('0.jpg'));
  expect((await needed('blosc', 1000)).neededBytes).toBeLessThan(damaged.neededBytes);
});

test('nothing is missing: the columns alone', async () => {
  expect((await needed('none', 0)).neededBytes).toBe(Math.ceil(COLUMNS));
});

test('more than is free says both, and what to do', async () => {
  await expect(needed('none', 1e12)).rejects.toMatchObject({
    code: 'space',
    reason: expect.stringMatching(/^the data set needs about [\d.]+ GB, but only [\d.]+ GB is free$/),
    hint: 'Free some space, or choose a smaller --resolution.',
  });
});

test.each([
  [0, '0.000 GB'],
  [3.2e6, '0.003 GB'],
  [12.34e9, '12.3 GB'],
])('%d bytes are shown as %s', (bytes, text) => {
  expect(gigabytes(bytes)).toBe(text);
});
