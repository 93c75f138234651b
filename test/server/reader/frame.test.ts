/** Frames through the real thread, against the recorded pixels. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReplayBuffer } from '../../../engine/formats/zarr/index.js';
import type { BulkReader } from '../../../server/reader/bulkReader.js';
import { oneEpisode, openReader, REFERENCE, writeStore, writeZarr, zarray } from './readerFiles.js';

let reader: BulkReader;
let folder: string;
beforeAll(() => {
  reader = openReader();
});
afterAll(() => reader.dispose());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-reader-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('frames', () => {
  test('a frame as JPEG, its pixels near the recorded ones', async () => {
    const { jpeg, ...size } = await reader.request('frame', {
      path: REFERENCE,
      array: 'image',
      step: 100,
      maxWidth: 640,
    });
    expect(size).toEqual({ width: 160, height: 90, sourceWidth: 160, sourceHeight: 90 });
    const { data } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
    const buffer = await openReplayBuffer(REFERENCE);
    const recorded = (await buffer.readRows('image', 100, 101)).data;
    const apart = recorded.reduce((sum, value, at) => sum + Math.abs(value - data[at]!), 0) / recorded.length;
    expect(data.length).toBe(recorded.length);
    expect(apart).toBeLessThan(6);
  });

  test('a wide frame is scaled down', async () => {
    const found = await reader.request('frame', { path: REFERENCE, array: 'image', step: 0, maxWidth: 80 });
    const { width, height } = await sharp(found.jpeg).metadata();
    expect([width, height, found.width, found.height, found.sourceWidth]).toEqual([80, 45, 80, 45, 160]);
  });

  test('one channel', async () => {
    const path = await writeZarr(
      join(folder, 'a.zarr'),
      {
        depth: {
          layout: { shape: [2, 4, 6, 1], dtype: '|u1', chunks: [2, 4, 6, 1], compressor: null },
          values: new Uint8Array(48).fill(128),
        },
      },
      [2],
    );
    const { jpeg } = await reader.request('frame', { path, array: 'depth', step: 1, maxWidth: 10 });
    expect([...(await sharp(jpeg).raw().toBuffer()).subarray(0, 3)]).toEqual([128, 128, 128]);
  });

  test('chunks that are JPEG files come as they are, or scaled', async () => {
    const jpeg = await sharp({ create: { width: 64, height: 32, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const images = {
      dtype: '|u1',
      chunks: [1, 32, 64, 3],
      compressor: { id: 'imagecodecs_jpeg', level: 90 },
    };
    const path = await writeStore(join(folder, 'a.zarr'), {
      ...oneEpisode(2),
      'data/image/.zarray': zarray([2, 32, 64, 3], images),
      'data/image/0.0.0.0': jpeg,
      'data/image/1.0.0.0': jpeg.subarray(0, 200),
    });
    const ask = (step: number, maxWidth: number) =>
      reader.request('frame', { path, array: 'image', step, maxWidth });
    expect(Buffer.compare((await ask(0, 64)).jpeg, jpeg)).toBe(0);
    expect(await ask(0, 16)).toMatchObject({ width: 16, height: 8, sourceWidth: 64, sourceHeight: 32 });
    await expect(ask(1, 16)).rejects.toMatchObject({ code: 'reader-picture', file: path });
  });

  test.each([
    [{ step: 148 }, /step 148 was requested, but image has only 148/],
    [{ array: 'action' }, /action has shape \[148, 8\] and dtype <f4, but frames must be/],
    [{ maxWidth: 0 }, /a width of 0/],
  ])('%j is refused', async (change, says) => {
    const asked = reader.request('frame', {
      path: REFERENCE,
      array: 'image',
      step: 0,
      maxWidth: 100,
      ...change,
    });
    await expect(asked).rejects.toMatchObject({ code: 'reader-request' });
    await expect(asked).rejects.toThrow(says);
  });
});
