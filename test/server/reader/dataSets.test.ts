/** Facts, traces and frames of data sets through the real thread, against direct computation. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReplayBuffer } from '../../../engine/formats/zarr/index.js';
import type { DataSetFacts } from '../../../engine/judge/gripper/dataFacts.js';
import type { BulkReader } from '../../../server/reader/bulkReader.js';
import { floats, oneEpisode, openReader, REFERENCE, writeStore, writeZarr, zarray } from './readerFiles.js';

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

const facts = (path: string): Promise<DataSetFacts> => reader.request('dataSetFacts', { path });

async function directly(name: string): Promise<{ rows: Float32Array; width: number }> {
  const buffer = await openReplayBuffer(REFERENCE);
  const { data, shape } = await buffer.readRows(name, 0, 148);
  return { rows: new Float32Array(data.slice().buffer), width: shape[1]! };
}

describe('facts', () => {
  test.each(['action', 'robot_eef_pose', 'robot_gripper_state'])(
    '%s: the range of each column',
    async (name) => {
      const { rows, width } = await directly(name);
      const columns = Array.from({ length: width }, (_, column) =>
        rows.filter((_, at) => at % width === column),
      );
      expect((await facts(REFERENCE)).ranges[name]).toEqual(
        columns.map((values) => ({ min: Math.min(...values), max: Math.max(...values), notFinite: 0 })),
      );
    },
  );

  test('steps, episodes, the commanded gripper and its polarity; images are left out', async () => {
    const found = await facts(REFERENCE);
    const { rows } = await directly('action');
    const gripper = rows.filter((_, at) => at % 8 === 7);
    expect(found).toMatchObject({
      steps: 148,
      episodeLengths: [24, 34, 33, 32, 25],
      unread: [],
      lastAction: { column: 7, uniqueValues: new Set(gripper).size, isCountExact: true },
      polarity: { verdict: 'agree', compared: 148 - 5, agreed: 143 },
    });
    expect(Object.keys(found.ranges)).not.toContain('image');
  });

  /** Two episodes of 20 steps; the state follows the command one step later. */
  const made = async (command: (step: number) => number, state: (step: number) => number, width = 8) =>
    facts(
      await writeZarr(
        join(folder, 'made.zarr'),
        {
          action: floats(40, width, 7, (step, column) => (column === width - 1 ? command(step) : step)),
          robot_gripper_state: floats(40, 1, 16, state),
        },
        [20, 40],
      ),
    );
  const closesAt10 = (step: number) => (step % 20 < 10 ? 1 : 0);
  const oneLater = (step: number) => closesAt10(Math.max(0, (step % 20) - 1));

  test('a gripper that never changes', async () => {
    const found = await made(() => 0.5, oneLater);
    expect(found.lastAction).toMatchObject({ min: 0.5, max: 0.5, uniqueValues: 1 });
    expect(found.polarity).toEqual({ verdict: 'undecided', compared: 0, agreed: 0 });
  });

  test('commands and states that mean the opposite', async () => {
    const found = await made(closesAt10, (step) => 0.08 * (1 - oneLater(step)));
    expect(found.polarity).toEqual({ verdict: 'opposite', compared: 38, agreed: 0 });
  });

  test('the same by their own ranges, a command in 0 … 1 and a width in metres', async () => {
    const found = await made(closesAt10, (step) => 0.08 * oneLater(step));
    expect(found.polarity).toEqual({ verdict: 'agree', compared: 38, agreed: 38 });
  });

  test('a state that has nothing to do with the command', async () => {
    const found = await made(closesAt10, (step) => step % 2);
    expect(found.polarity).toMatchObject({ verdict: 'undecided', compared: 38 });
  });

  test('7-D actions have no polarity', async () => {
    expect((await made(closesAt10, oneLater, 7)).polarity).toBeNull();
  });

  test('NaN and infinities are counted, and so are many values', async () => {
    const path = await writeZarr(
      join(folder, 'a.zarr'),
      {
        action: floats(12_000, 2, 5000, (step, column) =>
          column === 0 && step < 3 ? [NaN, Infinity, -2][step]! : step,
        ),
      },
      [12_000],
    );
    const { ranges, lastAction } = await facts(path);
    expect(ranges['action']).toEqual([
      { min: -2, max: 11_999, notFinite: 2, firstNotFinite: 0 },
      { min: 0, max: 11_999, notFinite: 0 },
    ]);
    expect(lastAction).toMatchObject({ uniqueValues: 10_000, isCountExact: false });
  });

  test('an array that cannot be read is told, the others count; a foreign image codec does not matter', async () => {
    const path = await writeStore(join(folder, 'a.zarr'), {
      ...oneEpisode(4),
      'data/action/.zarray': zarray([4, 8]),
      'data/short/.zarray': zarray([3, 2]),
      'data/image/.zarray': zarray([4, 8, 8, 3], { dtype: '|u1', compressor: { id: 'imagecodecs_jpeg2k' } }),
    });
    const found = await facts(path);
    expect(Object.keys(found.ranges)).toEqual(['action']);
    expect(found.unread).toMatchObject([{ array: 'short', code: 'zarr-episode-ends' }]);
    await expect(
      reader.request('frame', { path, array: 'image', step: 0, maxWidth: 10 }),
    ).rejects.toMatchObject({ code: 'zarr-codec' });
  });
});

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

describe('traces', () => {
  const trace = (
    path: string,
    columns: readonly number[],
    [fromStep, toStep]: readonly [number, number],
    maxPoints = 1000,
  ) => reader.request('columns', { path, array: 'action', columns, fromStep, toStep, maxPoints });

  test('short ones are whole', async () => {
    const { rows } = await directly('action');
    const steps = Array.from({ length: 30 }, (_, k) => 20 + k);
    expect(await trace(REFERENCE, [7, 0], [20, 50])).toEqual({
      steps,
      columns: [steps.map((step) => rows[step * 8 + 7]), steps.map((step) => rows[step * 8])],
      bucketSteps: 1,
    });
  });

  test('100,000 steps stay small and keep a spike of one step', async () => {
    const path = await writeZarr(
      join(folder, 'long.zarr'),
      {
        action: floats(100_000, 2, 3000, (step, column) =>
          column === 1 && step === 77_777 ? 900 : step % 100,
        ),
      },
      [100_000],
    );
    const { steps, columns, bucketSteps } = await trace(path, [0, 1], [0, 100_000]);
    expect(steps.length).toBe(1000);
    expect(bucketSteps).toBe(200);
    expect(columns.map((column) => column.length)).toEqual([1000, 1000]);
    expect(columns[0]!.slice(0, 4)).toEqual([0, 99, 0, 99]);
    const spike = columns[1]!.indexOf(900);
    expect(Math.abs(steps[spike]! - 77_777)).toBeLessThanOrEqual(200);
  });

  test.each([
    ['another array', { array: 'nothing' }, /nothing is not there/],
    ['images', { array: 'image' }, /has shape \[148, 90, 160, 3\]/],
    ['a column beyond', { columns: [8] }, /columns 8 were asked for, action has 8/],
    ['a step beyond', { toStep: 149 }, /steps 0 to 149 were asked for, there are 148/],
    ['too many points', { maxPoints: 1e9 }, /1000000000 points/],
  ])('%s is refused', async (_, change, says) => {
    const params = {
      path: REFERENCE,
      array: 'action',
      columns: [0],
      fromStep: 0,
      toStep: 148,
      maxPoints: 10,
    };
    const asked = reader.request('columns', { ...params, ...change });
    await expect(asked).rejects.toMatchObject({ code: 'reader-request', file: REFERENCE });
    await expect(asked).rejects.toThrow(says);
  });
});

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
    [{ step: 148 }, /step 148 was asked for, image has 148/],
    [{ array: 'action' }, /action has shape \[148, 8\] and dtype <f4, frames are/],
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
