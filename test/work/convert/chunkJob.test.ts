/** One chunk of images: written, or the first of its damaged frames. */
import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { FrameSource } from '../../../engine/formats/recording/frames.js';
import { type ChunkJob, convertChunk } from '../../../engine/work/convert/chunkJob.js';
import { withFault } from '../../faults/inject.js';
import { ownFolder } from '../../ownFolder.js';
import { FRAME, jpegAt } from './recorded.js';

const folder = ownFolder();
const job = (frames: readonly FrameSource[]): ChunkJob => ({
  folder: folder.path(),
  layout: { shape: [8, 9, 16, 3], dtype: '|u1', chunks: [4, 9, 16, 3], compressor: null },
  size: { width: 16, height: 9 },
  exact: false,
  start: 4,
  frames,
});
const good = jpegAt(FRAME);
const bad = (name: string) => jpegAt(folder.path(name));

test('names the chunk by its first row', async () => {
  expect(await convertChunk(job([good, good, good, good]))).toEqual({
    kind: 'written',
    chunks: [{ name: '1.0.0.0', bytes: 4 * 9 * 16 * 3, crc: expect.any(Number) }],
  });
  expect(await readdir(folder.path())).toEqual(['1.0.0.0']);
});

test('of several damaged frames the first is the result, and nothing is written', async () => {
  const result = await convertChunk(job([good, bad('b.jpg'), bad('c.jpg'), good]));
  expect(result).toEqual({
    kind: 'bad-frame',
    row: 5,
    reason: expect.stringMatching(/^b\.jpg cannot be decoded/),
  });
  expect(await readdir(folder.path())).toEqual([]);
});

test('a drive that is away is thrown: the episode is not to blame', async () => {
  const { result, fired } = await withFault(
    { operation: 'readFile', under: FRAME, errno: 'ESTALE', nth: 3, lasting: true },
    () => convertChunk(job([good, good, good, good])).catch((error: unknown) => error),
  );
  expect(fired).toBe(true);
  expect(result).toMatchObject({ code: 'disk-estale' });
});
