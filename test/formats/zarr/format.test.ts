/** A zarr replay buffer as a data set: rows and frames in the caller's memory are those that the buffer itself reads. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DataSet } from '../../../engine/formats/dataSet.js';
import { toNumbers } from '../../../engine/formats/numbers.js';
import { openReplayBuffer, zarrReplayBuffers } from '../../../engine/formats/zarr/index.js';
import { floats, oneEpisode, writeStore, writeZarr, zarray } from '../../server/reader/readerFiles.js';

const fixture = (path: string) => fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url));
const REFERENCE = fixture('reference/cogact-mini.160x90.zarr');
const ODD = fixture('zarr/odd.zarr');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-format-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = (path: string): Promise<DataSet> => zarrReplayBuffers.open(path, { judged: 'at-read' });

describe('rows', async () => {
  const buffer = await openReplayBuffer(ODD);
  const real = [...buffer.arrays].filter(([, { dtype }]) => dtype[1] !== 'c');

  test.each(real.map(([name]) => name))(
    '%s as numbers, whatever its dtype, order and codec',
    async (name) => {
      const data = await open(ODD);
      for (const [from, to] of [
        [0, 10],
        [2, 7],
        [3, 3],
      ] as const) {
        const numbers = toNumbers(await buffer.readRows(name, from, to))!;
        const double = new Float64Array(numbers.length);
        const single = new Float32Array(numbers.length);
        await data.readRows(name, from, to, double);
        await data.readRows(name, from, to, single);
        expect(double).toEqual(numbers);
        expect(single).toEqual(Float32Array.from(numbers));
      }
    },
  );

  test('into a part of the caller’s memory, and nothing beside it', async () => {
    const data = await open(REFERENCE);
    const memory = new Float32Array(20).fill(7);
    await data.readRows('action', 5, 7, memory.subarray(2, 18));
    const rows = await (await openReplayBuffer(REFERENCE)).readRows('action', 5, 7);
    expect([...memory.subarray(2, 18)]).toEqual([...toNumbers(rows)!]);
    expect([...memory.subarray(0, 2), ...memory.subarray(18)]).toEqual([7, 7, 7, 7]);
  });

  test('memory of another length, rows and columns that are not there', async () => {
    const data = await open(REFERENCE);
    await expect(data.readRows('action', 0, 2, new Float32Array(15))).rejects.toThrow(RangeError);
    await expect(data.readRows('action', 0, 2, new Float64Array(15))).rejects.toThrow(RangeError);
    await expect(data.readRows('action', 147, 149, new Float32Array(16))).rejects.toMatchObject({
      fault: 'range',
    });
    await expect(data.readRows('joints', 0, 1, new Float32Array(8))).rejects.toMatchObject({
      fault: 'missing',
      message: expect.stringMatching(/there is no array joints, only action, image, /),
    });
  });

  test('a cancelled read ends between two chunks', async () => {
    const data = await open(REFERENCE);
    const signal = AbortSignal.abort(new Error('no more'));
    await expect(data.readRows('action', 0, 148, new Float32Array(148 * 8), signal)).rejects.toThrow(
      'no more',
    );
  });
});

describe('frames', () => {
  const BYTES = 90 * 160 * 3;

  test('in any order, repeated, across chunks', async () => {
    const [data, buffer] = [await open(REFERENCE), await openReplayBuffer(REFERENCE)];
    const steps = [30, 31, 32, 3, 3, 147, 0, 1, 23, 24];
    const frames = new Uint8Array(steps.length * BYTES);
    await data.readFrames('image', steps, frames);
    for (const [k, step] of steps.entries()) {
      const { data: expected } = await buffer.readRows('image', step, step + 1);
      expect(Buffer.compare(frames.subarray(k * BYTES, (k + 1) * BYTES), expected), `frame ${step}`).toBe(0);
    }
    await data.readFrames('image', [], new Uint8Array());
  });

  test('refused: steps that are not there, memory of another size, numbers', async () => {
    const data = await open(REFERENCE);
    await expect(data.readFrames('image', [148], new Uint8Array(BYTES))).rejects.toMatchObject({
      fault: 'range',
    });
    await expect(data.readFrames('image', [0, 5], new Uint8Array(BYTES))).rejects.toThrow(RangeError);
    await expect(data.readFrames('action', [0], new Uint8Array(8))).rejects.toMatchObject({
      fault: 'not-decoded',
      message: `${REFERENCE}: array action has dtype <f4, frames are read as bytes (|u1)`,
    });
  });

  test('pictures that are stored as files come as they are; others do not', async () => {
    const image = (change: object) => zarray([2, 4, 4, 3], { dtype: '|u1', chunks: [1, 4, 4, 3], ...change });
    const jpeg = { compressor: { id: 'imagecodecs_jpeg' } };
    const path = await writeStore(join(folder, 'a'), {
      ...oneEpisode(2),
      'data/jpeg/.zarray': image(jpeg),
      'data/jpeg/1.0.0.0': 'a picture',
      'data/two/.zarray': image({ ...jpeg, chunks: [2, 4, 4, 3] }),
      'data/plain/.zarray': image({}),
      'data/filtered/.zarray': image({ ...jpeg, filters: [{ id: 'delta' }] }),
    });
    const data = await open(path);
    expect(Buffer.from((await data.storedPicture('jpeg', 1))!).toString()).toBe('a picture');
    expect(await data.storedPicture('jpeg', 0)).toBeUndefined();
    for (const name of ['two', 'plain', 'filtered', 'none'])
      expect(await data.storedPicture(name, 0), name).toBeUndefined();
  });
});

describe('how rotations are written', () => {
  const poses = zarray([2, 9], { dtype: '<f4' });
  const attributes = (text: string) => ({ 'data/action/.zarray': poses, 'data/action/.zattrs': text });
  const rotationOf = async (files: Readonly<Record<string, string>>) => {
    const path = await writeStore(join(folder, 'a'), { ...oneEpisode(2), ...files });
    return (await zarrReplayBuffers.headers(path)).columns.get('action')!.rotation;
  };

  test.each([
    ['as the attribute says', attributes('{"rotation_rep": "rotation_6d"}'), '6d'],
    ['not said', { 'data/action/.zarray': poses }, undefined],
    ['in a way that is not known', attributes('{"rotation_rep": "matrix"}'), undefined],
    ['among attributes that are damaged', attributes('{"rotation_rep'), undefined],
    [
      'among attributes of five megabytes',
      attributes(`{"rotation_rep": "rotation_6d", "x": "${'x'.repeat(5e6)}"}`),
      undefined,
    ],
    ['by attributes that are no map', attributes('["rotation_6d"]'), undefined],
    [
      'of an array of other axes',
      {
        ...attributes('{"rotation_rep": "axis_angle"}'),
        'data/action/.zarray': zarray([2, 3, 3], { dtype: '<f4' }),
      },
      undefined,
    ],
    [
      'in the copy of all metadata',
      {
        'data/action/.zarray': poses,
        '.zmetadata': JSON.stringify({ metadata: { 'data/action/.zattrs': { rotation_rep: 'axis_angle' } } }),
      },
      'axis-angle',
    ],
  ])('%s', async (_, files, rotation) => {
    expect(await rotationOf(files)).toBe(rotation);
  });

  test('what the writer was told', async () => {
    const made = floats(4, 9, 4, () => 0);
    const layout = { ...made.layout, attributes: { rotation_rep: 'rotation_6d' } };
    const path = await writeZarr(join(folder, 'b'), { action: { ...made, layout } }, [4]);
    expect((await zarrReplayBuffers.headers(path)).columns.get('action')).toMatchObject({ rotation: '6d' });
    expect((await zarrReplayBuffers.headers(REFERENCE)).columns.get('action')).not.toHaveProperty('rotation');
  });
});

test('recognised by its content, whole or damaged; others are not', async () => {
  expect(await zarrReplayBuffers.recognise(REFERENCE)).toBe(true);
  for (const sign of ['.zgroup', '.zmetadata', 'meta/episode_ends/.zarray', 'data/.zgroup'])
    expect(
      await zarrReplayBuffers.recognise(await writeStore(join(folder, sign), { [sign]: '{' })),
      sign,
    ).toBe(true);
  expect(await zarrReplayBuffers.recognise(await writeStore(join(folder, 'v3'), { 'zarr.json': '{}' }))).toBe(
    false,
  );
  expect(await zarrReplayBuffers.recognise(join(folder, 'none'))).toBe(false);
});
