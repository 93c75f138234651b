/** The data set as training sees it: columns in memory, frames by step, and what does not fit the policy. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ObservationSpec } from '../../engine/judge/policy/spec.js';
import { windowsOf } from '../../engine/judge/windows/windows.js';
import { checkDataSet, type Looks, TrainingData } from '../../engine/training/dataset.js';
import { memoryDataSet } from '../formats/memoryDataSet.js';
import { floats, type Made, writeZarr } from '../server/reader/readerFiles.js';

const POSE: ObservationSpec = { key: 'pose', type: 'low_dim', shape: [3] };
const CAMERA: ObservationSpec = { key: 'image', type: 'rgb', shape: [3, 2, 4] };
const looks = (observations: readonly ObservationSpec[] = [POSE], actionDim = 2): Looks => ({
  observations,
  actionDim,
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-training-'));
});
afterEach(() => rm(folder, { recursive: true }));

const STEPS = 7;
const COLUMNS: Readonly<Record<string, Made>> = {
  action: floats(STEPS, 2, 3, (step, column) => step * 10 + column),
  pose: floats(STEPS, 3, 7, (step, column) => step + column / 10),
};
const FRAMES: Made = {
  layout: { shape: [STEPS, 2, 4, 3], dtype: '|u1', chunks: [2, 2, 4, 3], compressor: null },
  values: Uint8Array.from({ length: STEPS * 24 }, (_, k) => Math.floor(k / 24)),
};
const write = (more: Readonly<Record<string, Made>> = {}, ends = [4, STEPS]) =>
  writeZarr(join(folder, 'd.zarr'), { ...COLUMNS, ...more }, ends);

describe('a policy over point clouds', () => {
  const clouds: Looks = {
    family: 'dp3',
    actionDim: 2,
    columns: { agent_pos: ['state', 'agent_pos'] },
    observations: [
      { key: 'point_cloud', type: 'point_cloud', shape: [512, 3] },
      { key: 'agent_pos', type: 'low_dim', shape: [7] },
    ],
  };
  const data = (cloud: readonly number[], more: Readonly<Record<string, readonly number[]>>) => {
    const shapes = { action: [9, 2], point_cloud: [9, ...cloud], ...more };
    const held = Object.entries(shapes).map(([name, shape]) => [name, { shape, values: new Float32Array() }]);
    return memoryDataSet(Object.fromEntries(held), [9]);
  };

  test('takes any number of points, with colours too, and its state from an array of another name', () => {
    checkDataSet(data([1024, 6], { state: [9, 7] }), clouds);
    checkDataSet(data([512, 3], { agent_pos: [9, 7] }), clouds);
  });

  test('names what does not fit', () => {
    expect(() => checkDataSet(data([512, 2], { state: [9, 7] }), clouds)).toThrow(
      /array point_cloud holds \[512, 2\] a step, the config's shape_meta wants \[512, 3\]/,
    );
    expect(() => checkDataSet(data([512, 3], { state: [9, 8] }), clouds)).toThrow(/array state holds \[8\]/);
    expect(() => checkDataSet(data([512, 3], {}), clouds)).toThrow(/has no array state/);
  });
});

describe('what is read', () => {
  test('the columns that the policy looks at, the action, and the gripper’s state for its baseline', async () => {
    const data = await TrainingData.open(
      await write({
        unused: floats(STEPS, 1, 7, () => 0),
        robot_gripper_state: floats(STEPS, 1, 7, () => 1),
      }),
      looks(),
    );
    expect([...data.columns.keys()]).toEqual(['pose', 'action', 'robot_gripper_state']);
    expect({ steps: data.steps, ends: data.episodeEnds }).toEqual({ steps: 7, ends: [4, 7] });
    expect(data.columns.get('action')).toMatchObject({ width: 2, values: COLUMNS['action']!.values });
    await data.close();
  });

  test('how an array writes rotations, where it says so', async () => {
    const { layout, values } = COLUMNS['pose']!;
    const pose = { layout: { ...layout, attributes: { rotation_rep: 'axis_angle' } }, values };
    const data = await TrainingData.open(await write({ pose }), looks());
    expect([...data.columns.values()].map(({ rotation }) => rotation)).toEqual(['axis-angle', undefined]);
    await data.close();
  });

  test('slices of windows repeat the edge of their episode', async () => {
    const data = await TrainingData.open(await write(), looks());
    const windows = windowsOf(data.episodeEnds, [false, true], { length: 3, padBefore: 1, padAfter: 0 });
    expect([...data.slices('action', windows, 0, 2)]).toEqual([40, 41, 40, 41, 40, 41, 50, 51]);
    expect([...data.slices('action', windows, 2, 3)]).toEqual([50, 51, 60, 61]);
    expect(data.slices('action', [], 0, 2)).toHaveLength(0);
    await data.close();
  });

  test('frames of windows and of rows, in their order', async () => {
    const data = await TrainingData.open(await write({ image: FRAMES }), looks([CAMERA]));
    const [window] = windowsOf(data.episodeEnds, [true, false], { length: 3, padBefore: 1, padAfter: 0 });
    expect([...(await data.frames('image', [window!], 3))].filter((_, k) => k % 24 === 0)).toEqual([0, 0, 1]);
    expect([...(await data.frameRows('image', [5, 2, 3]))].filter((_, k) => k % 24 === 0)).toEqual([5, 2, 3]);
    await data.close();
  });

  test('arrays that the config names otherwise, by what the policy calls them', async () => {
    const columns = { action: 'target', pose: 'state' };
    const path = await write({
      target: COLUMNS['action']!,
      state: floats(STEPS, 3, 7, (step) => 100 + step),
    });
    const data = await TrainingData.open(path, { ...looks(), columns });
    expect([...data.columns.keys()]).toEqual(['pose', 'action']);
    expect(data.columns.get('pose')!.values[0]).toBe(100);
    await data.close();
    const lacking = TrainingData.open(path, { ...looks(), columns: { pose: 'points' } });
    await expect(lacking).rejects.toThrow(/has no array points/);
  });

  test('integers and columns without a width become floats; more axes are one', async () => {
    const ints: Made = {
      layout: { shape: [STEPS], dtype: '|u1', chunks: [3], compressor: null },
      values: Uint8Array.from({ length: STEPS }, (_, k) => k),
    };
    const points: Made = {
      layout: { shape: [STEPS, 2, 3], dtype: '<f4', chunks: [3, 2, 3], compressor: null },
      values: Float32Array.from({ length: STEPS * 6 }, (_, k) => k),
    };
    const observations: ObservationSpec[] = [
      { key: 'ints', type: 'low_dim', shape: [] },
      { key: 'points', type: 'low_dim', shape: [2, 3] },
    ];
    const data = await TrainingData.open(await write({ ints, points }), looks(observations));
    expect(data.columns.get('ints')).toEqual({ width: 1, values: Float32Array.of(0, 1, 2, 3, 4, 5, 6) });
    expect(data.columns.get('points')).toMatchObject({ width: 6, values: points.values });
    await data.close();
  });
});

describe('what does not fit', () => {
  const column = (...shape: number[]) => ({ shape, values: new Float32Array(0) });
  const image = (...shape: number[]) => ({ shape, values: new Uint8Array(0) });
  const fits = { action: column(7, 2), pose: column(7, 3), image: image(7, 2, 4, 3) };
  const check = (change: Parameters<typeof memoryDataSet>[0], ends = [7]) =>
    checkDataSet(memoryDataSet({ ...fits, ...change }, ends), looks([POSE, CAMERA]));

  test('a data set that fits', () => {
    expect(() => check({})).not.toThrow();
  });

  test.each([
    [
      'actions of another width',
      { action: column(7, 8) },
      /array action holds \[8\] a step, the config's shape_meta wants \[2\]/,
    ],
    ['a pose of more axes', { pose: column(7, 1, 3) }, /array pose holds \[1, 3\] a step, .* wants \[3\]/],
    [
      'actions with other rotations',
      { action: { ...column(7, 10), rotation: '6d' as const } },
      /array action holds \[10\] a step with 6-D rotations, the config's shape_meta wants \[2\]/,
    ],
    [
      'frames with channels first',
      { image: image(7, 3, 2, 4) },
      /array image holds \[3, 2, 4\] a step, .* wants \[2, 4, 3\]/,
    ],
  ])('%s', (_, change, says) => {
    expect(() => check(change)).toThrow(says);
  });

  test('an array that is not there: which there are', () => {
    const data = memoryDataSet({ action: column(7, 2) }, [7]);
    expect(() => checkDataSet(data, looks())).toThrow('/memory: has no array pose (it has action)');
  });

  test('no steps', () => {
    expect(() => check({}, [])).toThrow('/memory: has no steps');
  });

  test('frames that are not bytes are refused before training, not at its first batch', async () => {
    const path = await write({
      image: {
        layout: { ...FRAMES.layout, dtype: '<f4' },
        values: new Float32Array(STEPS * 24),
      },
    });
    await expect(TrainingData.open(path, looks([CAMERA]))).rejects.toMatchObject({
      code: 'data-set-array',
      message: `${path}: array image has dtype <f4, but frames are read as bytes from 0 to 255 (|u1)`,
    });
  });

  test('a column of complex numbers', async () => {
    const path = await write({
      pose: {
        layout: { shape: [STEPS, 3], dtype: '<c8', chunks: [7, 3], compressor: null },
        values: new Uint8Array(168),
      },
    });
    await expect(TrainingData.open(path, looks())).rejects.toThrow(
      /array pose has dtype <c8, expected real numbers/,
    );
  });
});
