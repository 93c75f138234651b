/** Recordings: what is read of them, what is said about bad ones, and writing one. */
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listEpisodes, readEpisode, writeEpisode } from '../../../engine/formats/cogact/index.js';
import type { NdArray } from '../../../engine/formats/ndarray.js';
import { PyDict, PyGlobal, PyObject, PyTuple } from '../../../engine/formats/pickle/model.js';
import { fromNdArray, toNdArrays } from '../../../engine/formats/pickle/numpy.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';
import type { Episode } from '../../../engine/formats/recording.js';
import { recogniseRecording } from '../../../engine/formats/recordings.js';

const MINI = fileURLToPath(new URL('../../fixtures/reference/cogact-mini', import.meta.url));

let folder: string;
let episode: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-cogact-'));
  episode = join(folder, 'episode_0000');
  await cp(join(MINI, 'episode_0000'), episode, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

/** Replaces arrays of the copy’s data.pkl; undefined removes one. */
async function change(edit: Readonly<Record<string, NdArray | undefined>>): Promise<void> {
  const bytes = await readFile(join(episode, 'data.pkl'));
  const arrays = new Map<string, NdArray | undefined>(toNdArrays(readPickle(bytes), bytes.length));
  for (const [key, array] of Object.entries(edit)) arrays.set(key, array);
  const nodes = [...arrays].flatMap(([key, array]) =>
    array === undefined ? [] : [[key, fromNdArray(array)] as const],
  );
  await writeFile(join(episode, 'data.pkl'), writePickle(new PyDict([...nodes]), { protocol: 4 }));
}

const values = ({ columns }: Episode, name: string) => columns.get(name)!.values;
const framesOf = ({ cameras }: Episode) => cameras.get('image')!.map(({ path }) => path);

/** What `writeEpisode` takes, as it was read. */
async function sourceOf() {
  const read = await readEpisode(episode);
  const floats = (name: string) => Float32Array.from(values(read, name));
  return {
    robotEefPose: floats('robot_eef_pose'),
    action: floats('action'),
    actionGripper: floats('action_gripper'),
    robotGripper: floats('robot_gripper'),
    timestamp: Float64Array.from(values(read, 'timestamp')),
    imageIndex: framesOf(read).map((_, k) => k),
    frames: [] as Uint8Array[],
  };
}

const column = (dtype: string, values: ArrayBufferView, ...row: number[]): NdArray => ({
  dtype,
  shape: [24, ...row],
  data: new Uint8Array(values.buffer as ArrayBuffer),
});

describe('a recording as the recorder wrote it', () => {
  test('steps, values and frames', async () => {
    const read = await readEpisode(episode);
    const lengths = [...read.columns].map(([name, { values }]) => [name, values.length]);
    expect({ steps: read.steps, notes: read.notes, lengths: Object.fromEntries(lengths) }).toEqual({
      steps: 24,
      lengths: {
        robot_eef_pose: 24 * 7,
        action: 24 * 7,
        action_gripper: 24,
        robot_gripper: 24,
        timestamp: 24,
      },
      notes: [],
    });
    expect(read.columns.get('action')).toMatchObject({ shape: [24, 7], dtype: '<f4', unit: 'pose' });
    expect(values(read, 'action')[0]).toBe(Math.fround(0.5008515119552612));
    expect(read.columns.get('timestamp')).toMatchObject({ shape: [24], dtype: '<f8', unit: 'seconds' });
    expect(values(read, 'timestamp')[0]).toBe(1700000000);
    expect(read.cameras.get('image')![1]).toEqual({
      kind: 'file',
      coding: 'jpeg',
      path: join(episode, 'images/frame_0001.jpg'),
    });
  });

  test('episodes come by number; extra frames are ignored; Images/ is read where it lies', async () => {
    const names = (await listEpisodes(MINI)).map(({ name }) => name);
    expect(names).toEqual([0, 1, 2, 3, 4, 5].map((k) => `episode_000${k}`));
    expect(framesOf(await readEpisode(join(MINI, 'episode_0003')))).toHaveLength(32);
    const upper = await readEpisode(join(MINI, 'episode_0005'));
    expect(framesOf(upper)[0]).toMatch(/Images.frame_0000\.jpg$/);
    expect(await readdir(join(MINI, 'episode_0005'))).toContain('Images');
  });

  test('other widths of the same values', async () => {
    const before = await readEpisode(episode);
    await change({
      action_gripper: column('|b1', Uint8Array.from(values(before, 'action_gripper')), 1),
      robot_gripper: column('<u2', Uint16Array.from(values(before, 'robot_gripper'))),
      action: column('<f8', Float64Array.from(values(before, 'action')), 7),
    });
    const after = await readEpisode(episode);
    expect(values(after, 'action_gripper')).toEqual(values(before, 'action_gripper'));
    expect(values(after, 'robot_gripper')).toEqual(values(before, 'robot_gripper'));
    expect(values(after, 'action')).toEqual(values(before, 'action'));
  });

  test('image_index names the frames; -1 everywhere means in order', async () => {
    const index = BigInt64Array.from({ length: 24 }, (_, k) => BigInt(23 - k));
    await change({ image_index: column('<i8', index) });
    expect(basename(framesOf(await readEpisode(episode))[0]!)).toBe('frame_0023.jpg');
    await change({ image_index: column('<i8', new BigInt64Array(24).fill(-1n)) });
    expect(basename(framesOf(await readEpisode(episode))[0]!)).toBe('frame_0000.jpg');
  });

  test('quaternions that are not of length 1 are noted', async () => {
    await change({ robot_eef_pose: column('<f4', new Float32Array(24 * 7).fill(0.1), 7) });
    expect((await readEpisode(episode)).notes).toEqual([
      'robot_eef_pose: 24 quaternions are not of length 1',
    ]);
  });
});

describe('a gripper on another scale', () => {
  test('is noted: 0 to 255 beside 0 to 1 would spoil the normaliser of all', async () => {
    const bytes = Float64Array.from({ length: 24 }, (_, k) => (k > 12 ? 255 : 0));
    await change({
      action_gripper: column('<f8', bytes),
      robot_gripper: column(
        '<f8',
        bytes.map((v) => v / 255),
      ),
    });
    expect((await readEpisode(episode)).notes).toEqual([
      'action_gripper: values from 0 to 255, expected 0 to 1',
    ]);
  });
});

describe('a bad recording says why', () => {
  const reason = () =>
    readEpisode(episode).then(
      () => 'none',
      (error: { reason: string }) => error.reason,
    );

  test('fewer frames than steps', async () => {
    await rm(join(episode, 'images/frame_0003.jpg'));
    expect(await reason()).toBe('23 frames for 24 steps');
  });

  test('no frames, no meta.json, no data.pkl', async () => {
    await rename(join(episode, 'images'), join(episode, 'pictures'));
    expect(await reason()).toBe('there is no folder images or Images');
    await rm(join(episode, 'data.pkl'));
    expect(await reason()).toBe('there is no data.pkl');
    await rm(join(episode, 'meta.json'));
    expect(await reason()).toBe('there is no meta.json');
  });

  test('meta.json that is cut off, or has no count of steps', async () => {
    await writeFile(join(episode, 'meta.json'), '{"n_steps": 24');
    expect(await reason()).toBe('meta.json is not valid JSON');
    await writeFile(join(episode, 'meta.json'), '{"n_steps": "24"}');
    expect(await reason()).toBe('n_steps of meta.json is "24", expected a count');
  });

  test('lengths that disagree, an array that is missing, another dtype', async () => {
    await change({ timestamp: { dtype: '<f8', shape: [3], data: new Uint8Array(24) } });
    expect(await reason()).toBe('timestamp has shape (3), expected (24) as n_steps of meta.json is 24');
    await change({ action_gripper: undefined });
    expect(await reason()).toMatch(/^data\.pkl has no array action_gripper \(it has robot_eef_pose, /);
    await change({ action: column('<c8', new Float32Array(24 * 7 * 2), 7) });
    expect(await reason()).toBe('action has dtype <c8, expected numbers');
  });

  test('a value that is not finite', async () => {
    const action = values(await readEpisode(episode), 'action');
    action[5 * 7 + 2] = NaN;
    await change({ action: column('<f4', action, 7) });
    expect(await reason()).toBe('action is NaN at step 5, column 2');
    action[9 * 7] = Infinity;
    await change({ action: column('<f4', action, 7) });
    expect(await reason()).toBe('action is NaN at step 5, column 2 (2 such values in all)');
  });

  test('an image_index without its frame', async () => {
    const index = BigInt64Array.from({ length: 24 }, (_, k) => BigInt(k === 7 ? -1 : k));
    await change({ image_index: column('<i8', index) });
    expect(await reason()).toBe('image_index is -1 at step 7, but there is no such frame');
  });

  test('a pickle that is cut off, and one that would run a command', async () => {
    const bytes = await readFile(join(episode, 'data.pkl'));
    await writeFile(join(episode, 'data.pkl'), bytes.subarray(0, 200));
    expect(await reason()).toMatch(/^data\.pkl: /);
    const command = new PyObject('call', new PyGlobal('os', 'system'), new PyTuple(['false']));
    await writeFile(join(episode, 'data.pkl'), writePickle(PyDict.of({ action: command }), { protocol: 4 }));
    expect(await reason()).toMatch(/^data\.pkl has no array robot_eef_pose/);
  });
});

describe('writing', () => {
  test('an episode comes back as it was given', async () => {
    const source = await readEpisode(episode);
    const frames = await Promise.all(framesOf(source).map((frame) => readFile(frame)));
    const written = join(folder, 'episode_0007');
    await writeEpisode(written, { ...(await sourceOf()), frames });
    const again = await readEpisode(written);
    expect({ ...again, cameras: undefined }).toEqual({
      ...source,
      cameras: undefined,
      name: 'episode_0007',
    });
    expect(await readFile(framesOf(again)[23]!)).toEqual(frames[23]);
    expect(JSON.parse(await readFile(join(written, 'meta.json'), 'utf8'))).toMatchObject({
      episode_id: 7,
      n_steps: 24,
      n_images: 24,
      data_shapes: { action: [24, 7], action_gripper: [24] },
    });
    expect((await readdir(folder)).sort()).toEqual(['episode_0000', 'episode_0007']);
  });

  test('an existing episode is left alone', async () => {
    const again = writeEpisode(episode, await sourceOf());
    await expect(again).rejects.toMatchObject({ code: 'episode-exists' });
    expect((await readEpisode(episode)).steps).toBe(24);
  });
});

test('columns of unequal length are not written', async () => {
  const poses = new Float32Array(14);
  const source = { robotEefPose: poses, action: poses, robotGripper: [0, 0], actionGripper: [0], frames: [] };
  const written = writeEpisode(join(folder, 'episode_0001'), {
    ...source,
    timestamp: new Float64Array(2),
    imageIndex: [0, 1],
  });
  await expect(written).rejects.toThrow(/action_gripper has 1 step, timestamp has 2/);
});

test('a folder without episodes names the one inside that has them', async () => {
  await rename(episode, join(folder, 'trajectories'));
  await expect(recogniseRecording(folder)).rejects.toMatchObject({
    code: 'episodes-missing',
    hint: `Give ${join(folder, 'trajectories')}.`,
  });
});

describe('frames that are matched by their order', () => {
  const image = (number: number): string =>
    join(episode, `images/frame_${String(number).padStart(4, '0')}.jpg`);
  const reason = () => readEpisode(episode).catch((error) => error.reason as string);
  beforeEach(() => change({ image_index: undefined }));

  test('one that is missing in the middle is told, not replaced by a later one', async () => {
    await rename(image(3), image(9999));
    expect(await reason()).toBe(
      'frame_0003.jpg is missing, the next one is frame_0004.jpg, so later steps would get the wrong frames',
    );
  });

  test('so is the first one, and a number that is there twice', async () => {
    await rename(image(0), image(9999));
    await rename(image(1), image(9998));
    expect(await reason()).toMatch(/^frame_0000\.jpg is missing, the next one is frame_0002\.jpg/);
    await rename(image(9999), image(0));
    await rename(image(9998), join(episode, 'images/frame_00002.jpg'));
    expect(await reason()).toMatch(/^frame_0001\.jpg is missing|^two frames have the number 2/);
  });

  test('numbers from 1 are in order, and so are those that an image_index from 0 means', async () => {
    for (let number = 23; number >= 0; number--) await rename(image(number), image(number + 1));
    expect(framesOf(await readEpisode(episode)).map((frame) => basename(frame))[23]).toBe('frame_0024.jpg');
    await change({
      image_index: column(
        '<i8',
        BigInt64Array.from({ length: 24 }, (_, k) => BigInt(k)),
      ),
    });
    expect(framesOf(await readEpisode(episode)).map((frame) => basename(frame))[0]).toBe('frame_0001.jpg');
    await rename(image(5), image(9999));
    expect(await reason()).toMatch(/^frame_0005\.jpg is missing/);
  });
});
