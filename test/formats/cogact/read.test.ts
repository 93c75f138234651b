/** One episode: what is read of it, and what is said about a bad one. */
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEpisode } from '../../../engine/formats/cogact/index.js';
import { PyDict, PyGlobal, PyObject, PyTuple } from '../../../engine/formats/pickle/model.js';
import { fromNdArray, toNdArrays } from '../../../engine/formats/pickle/numpy.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';
import { MINI } from '../../work/convert/folders.js';
import { column, framesOf, ownEpisode, values } from './ownEpisode.js';

const own = ownEpisode();
const { change } = own;

describe('a recording as the recorder wrote it', () => {
  test('steps, values and frames', async () => {
    const read = await readEpisode(own.within());
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
      path: own.within('images/frame_0001.jpg'),
    });
  });

  test('extra frames are ignored; Images/ is read where it lies', async () => {
    expect(framesOf(await readEpisode(join(MINI, 'episode_0003')))).toHaveLength(32);
    const upper = await readEpisode(join(MINI, 'episode_0005'));
    expect(framesOf(upper)[0]).toMatch(/Images.frame_0000\.jpg$/);
    expect(await readdir(join(MINI, 'episode_0005'))).toContain('Images');
  });

  test('other widths of the same values', async () => {
    const before = await readEpisode(own.within());
    await change({
      action_gripper: column('|b1', Uint8Array.from(values(before, 'action_gripper')), 1),
      robot_gripper: column('<u2', Uint16Array.from(values(before, 'robot_gripper'))),
      action: column('<f8', Float64Array.from(values(before, 'action')), 7),
    });
    const after = await readEpisode(own.within());
    expect(values(after, 'action_gripper')).toEqual(values(before, 'action_gripper'));
    expect(values(after, 'robot_gripper')).toEqual(values(before, 'robot_gripper'));
    expect(values(after, 'action')).toEqual(values(before, 'action'));
  });

  test('image_index names the frames; -1 everywhere means in order', async () => {
    const index = BigInt64Array.from({ length: 24 }, (_, k) => BigInt(23 - k));
    await change({ image_index: column('<i8', index) });
    expect(basename(framesOf(await readEpisode(own.within()))[0]!)).toBe('frame_0023.jpg');
    await change({ image_index: column('<i8', new BigInt64Array(24).fill(-1n)) });
    expect(basename(framesOf(await readEpisode(own.within()))[0]!)).toBe('frame_0000.jpg');
  });

  test('quaternions that are not of length 1 are noted', async () => {
    await change({ robot_eef_pose: column('<f4', new Float32Array(24 * 7).fill(0.1), 7) });
    expect((await readEpisode(own.within())).notes).toEqual([
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
    expect((await readEpisode(own.within())).notes).toEqual([
      'action_gripper: values from 0 to 255, expected 0 to 1',
    ]);
  });
});

describe('a bad recording says why', () => {
  const reason = () =>
    readEpisode(own.within()).then(
      () => 'none',
      (error: { reason: string }) => error.reason,
    );

  test('fewer frames than steps', async () => {
    await rm(own.within('images/frame_0003.jpg'));
    expect(await reason()).toBe('23 frames for 24 steps');
  });

  test('no frames, no meta.json, no data.pkl', async () => {
    await rename(own.within('images'), own.within('pictures'));
    expect(await reason()).toBe('there is no folder images or Images');
    await rm(own.within('data.pkl'));
    expect(await reason()).toBe('there is no data.pkl');
    await rm(own.within('meta.json'));
    expect(await reason()).toBe('there is no meta.json');
  });

  test('meta.json that is cut off, or has no count of steps', async () => {
    await writeFile(own.within('meta.json'), '{"n_steps": 24');
    expect(await reason()).toBe('meta.json is not valid JSON');
    await writeFile(own.within('meta.json'), '{"n_steps": "24"}');
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
    const action = values(await readEpisode(own.within()), 'action');
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
    const bytes = await readFile(own.within('data.pkl'));
    await writeFile(own.within('data.pkl'), bytes.subarray(0, 200));
    expect(await reason()).toMatch(/^data\.pkl: /);
    const command = new PyObject('call', new PyGlobal('os', 'system'), new PyTuple(['false']));
    await writeFile(own.within('data.pkl'), writePickle(PyDict.of({ action: command }), { protocol: 4 }));
    expect(await reason()).toMatch(/^data\.pkl has no array robot_eef_pose/);
  });
});

test('a reader that is told to stop stops between two files', async () => {
  const signal = AbortSignal.abort(new Error('given up'));
  await expect(readEpisode(own.within(), signal)).rejects.toThrow('given up');
});

test('names that Python would import are noted, the first five of them', async () => {
  const names = Array.from({ length: 7 }, (_, k) => new PyGlobal('os', `call${k}`));
  await writeFile(own.within('data.pkl'), Buffer.from(await withGlobals(names)));
  expect((await readEpisode(own.within())).notes).toEqual([
    'data.pkl names os.call0, os.call1, os.call2, os.call3, os.call4 and 2 more: loading it in Python may run code; nothing was run here',
  ]);
});

/** The arrays of the episode, and beside them a list of names. */
async function withGlobals(names: readonly PyGlobal[]): Promise<Uint8Array> {
  const bytes = await readFile(own.within('data.pkl'));
  const arrays = toNdArrays(readPickle(bytes), bytes.length);
  const nodes = [...arrays].map(([key, array]) => [key, fromNdArray(array)] as const);
  return writePickle(new PyDict([...nodes, ['hooks', new PyTuple([...names])]]), { protocol: 4 });
}
