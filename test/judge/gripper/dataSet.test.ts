/** The gripper as a data set recorded it: where episodes begin, and its side at each position. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRecordedGripper } from '../../../engine/judge/gripper/dataSet.js';
import { floats, type Made, writeZarr } from '../../server/reader/readerFiles.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-recorded-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Ten steps an episode, the gripper open in the first half of each. */
const open = (step: number) => (step % 10 < 5 ? 1 : 0);
const ACTION = floats(40, 8, 7, (step, column) => (column === 7 ? open(step) : step + column / 10));
const read = async (columns: Readonly<Record<string, Made>>, ends = [10, 20, 30, 40]) =>
  readRecordedGripper(await writeZarr(join(folder, 'd.zarr'), { action: ACTION, ...columns }, ends));

test('sides by the command, positions by the observed pose, else by the action', async () => {
  const alone = await read({});
  expect(alone.sides).toEqual(Array.from({ length: 40 }, (_, step) => (open(step) ? 'upper' : 'lower')));
  expect([...alone.poses.subarray(3, 6)]).toEqual([1, 1.1, 1.2].map(Math.fround));
  await rm(join(folder, 'd.zarr'), { recursive: true });
  const posed = await read({ robot_eef_pose: floats(40, 7, 40, (step) => -step) });
  expect([...posed.poses.subarray(3, 6)]).toEqual([-1, -1, -1]);
});

test.each([
  ['where nine of ten episodes begin alike', (step: number) => 0.08 * open(step), 'upper'],
  ['where they begin closed', (step: number) => 0.08 * (1 - open(step)), 'lower'],
  [
    'nowhere, where every second begins open',
    (step: number) => (Math.floor(step / 10) + open(step)) % 2,
    undefined,
  ],
  ['nowhere, where it never moves', () => 0.08, undefined],
])('the start: %s', async (_, state, side) => {
  expect((await read({ robot_gripper_state: floats(40, 1, 40, state) })).startState).toBe(side);
});

test('without a state, or with one of another form, the start is not known', async () => {
  expect((await read({})).startState).toBeUndefined();
  await rm(join(folder, 'd.zarr'), { recursive: true });
  const flat: Made = {
    layout: { shape: [40], dtype: '<f4', chunks: [40], compressor: null },
    values: new Float32Array(40),
  };
  expect((await read({ robot_gripper_state: flat })).startState).toBeUndefined();
});

test('a command that never moves has no sides', async () => {
  expect(await read({ action: floats(40, 8, 40, () => 1) })).toMatchObject({
    sides: [],
    poses: new Float64Array(),
  });
});

test('actions that are poses, and none at all: what is there and what is expected', async () => {
  await expect(read({ action: floats(40, 7, 40, () => 1) })).rejects.toMatchObject({
    code: 'data-set-gripper',
    message: expect.stringMatching(
      /has no gripper to compare with: action is \[40, 7\], but \[N, 8\] is needed$/,
    ),
  });
  const path = await writeZarr(join(folder, 'other.zarr'), { pose: ACTION }, [40]);
  await expect(readRecordedGripper(path)).rejects.toThrow(/action is missing, but \[N, 8\] is needed/);
});

test('with 6-D rotations a pose has nine values, and a gripper is the tenth', async () => {
  const turned = (width: number): Made => {
    const made = floats(40, width, 40, (step, column) => (column === 9 ? open(step) : 0));
    return { ...made, layout: { ...made.layout, attributes: { rotation_rep: 'rotation_6d' } } };
  };
  expect((await read({ action: turned(10) })).sides).toHaveLength(40);
  await rm(join(folder, 'd.zarr'), { recursive: true });
  await expect(read({ action: turned(9) })).rejects.toThrow(/action is \[40, 9\], but \[N, 10\] is needed$/);
});

test('a cancelled read', async () => {
  const path = await writeZarr(join(folder, 'd.zarr'), { action: ACTION }, [40]);
  await expect(readRecordedGripper(path, AbortSignal.abort(new Error('no more')))).rejects.toThrow('no more');
});
