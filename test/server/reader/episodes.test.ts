/** A data set's table and its files, through the real thread. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BulkReader } from '../../../server/reader/bulkReader.js';
import { openReader, REFERENCE } from './readerFiles.js';

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

test('the files that change with a data set, also where there is none yet', async () => {
  const names = async (path: string) =>
    (await reader.request('dataSetFiles', { path })).files.map((file) => relative(path, file));
  expect(await names(REFERENCE)).toEqual(
    expect.arrayContaining(['', '.zmetadata', 'meta/episode_ends/0', 'data/image', 'data/action/.zarray']),
  );
  expect(await names(join(folder, 'later.zarr'))).toEqual(expect.arrayContaining(['', 'meta', 'data']));
});

test('episodes: ends, lengths and the table of arrays', async () => {
  const { episodeEnds, episodeLengths, arrays } = await reader.request('episodes', { path: REFERENCE });
  expect({ episodeEnds, episodeLengths }).toEqual({
    episodeEnds: [24, 58, 91, 123, 148],
    episodeLengths: [24, 34, 33, 32, 25],
  });
  expect(arrays.map(({ name, dtype }) => `${name} ${dtype}`)).toEqual([
    'action <f4',
    'image |u1',
    'robot_eef_pose <f4',
    'robot_gripper_state <f4',
    'timestamp <f8',
  ]);
  const own = JSON.parse(await readFile(join(REFERENCE, 'data/image/.zarray'), 'utf8')) as Record<
    string,
    unknown
  >;
  const { shape, chunks, compressor } = own;
  expect(arrays[1]).toMatchObject({ shape, chunks, compressor });
});
