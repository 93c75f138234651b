/** One batch in plain arrays: the windows' values, frames and crops, and features in place of frames. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PolicySpec } from '../../../engine/judge/policy/spec.js';
import { type Window, windowsOf } from '../../../engine/judge/windows/windows.js';
import { TrainingData } from '../../../engine/training/dataset.js';
import { BatchSource, type Crops, cameras } from '../../../engine/training/loop/batches.js';
import type { FeatureCache } from '../../../engine/training/loop/featureCache.js';
import { floats, writeZarr } from '../../server/reader/readerFiles.js';

const STEPS = 8;
const spec = {
  horizon: 3,
  obsSteps: 2,
  actionDim: 2,
  cropShape: [2, 3],
  observations: [
    { key: 'left', type: 'rgb', shape: [3, 6, 8] },
    { key: 'pose', type: 'low_dim', shape: [1] },
    { key: 'right', type: 'rgb', shape: [3, 6, 8] },
  ],
} as unknown as PolicySpec;

let folder: string;
let data: TrainingData;
let windows: readonly Window[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-batches-'));
  const camera = (first: number) => ({
    layout: { shape: [STEPS, 6, 8, 3], dtype: '|u1', chunks: [3, 6, 8, 3], compressor: null },
    values: Uint8Array.from({ length: STEPS * 144 }, (_, k) => first + Math.floor(k / 144)),
  });
  const path = await writeZarr(
    join(folder, 'd.zarr'),
    {
      action: floats(STEPS, 2, 8, (step, column) => step * 10 + column),
      pose: floats(STEPS, 1, 8, (step) => step),
      left: camera(0),
      right: camera(100),
    },
    [STEPS],
  );
  data = await TrainingData.open(path, spec);
  windows = windowsOf(data.episodeEnds, [true], { length: 4, padBefore: 1, padAfter: 0 });
});
afterAll(async () => {
  await data.close();
  await rm(folder, { recursive: true });
});

const RULE = { seed: 1, epoch: 2, batch: 3 };
const firstPixels = (frames: Uint8Array) => [...frames].filter((_, k) => k % 144 === 0);

test('observations of the first steps; actions behind the latency', async () => {
  const batch = await new BatchSource(data, spec, 1).load(windows.slice(0, 2), 'center');
  expect(batch.size).toBe(2);
  expect([...batch.lowDim.get('pose')!]).toEqual([0, 0, 0, 1]); // the first window begins before the episode
  expect([...batch.actions]).toEqual([0, 1, 10, 11, 20, 21, 10, 11, 20, 21, 30, 31]);
  expect([...batch.lowDim.keys()]).toEqual(['pose']);
});

describe('frames', () => {
  const framesOf = async (rule: 'center' | typeof RULE, chosen = windows.slice(1, 3)) => {
    const { vision } = await new BatchSource(data, spec, 0).load(chosen, rule);
    if (vision.kind !== 'frames') throw new Error('expected frames');
    return vision;
  };
  const offsets = (crops: Crops, camera: string) => {
    if (crops.kind !== 'offsets') throw new Error('expected offsets');
    const { top, left } = crops.byCamera.get(camera)!;
    return [...top].map((value, k) => [value, left[k]!]);
  };

  test('of each camera, window by window', async () => {
    const { frames, crops } = await framesOf('center');
    expect(firstPixels(frames.get('left')!)).toEqual([0, 1, 1, 2]);
    expect(firstPixels(frames.get('right')!)).toEqual([100, 101, 101, 102]);
    expect(crops).toEqual({ kind: 'center' });
  });

  test('each image has a crop of its own within the frame, the same by the same batch', async () => {
    const many = Array.from({ length: 20 }, () => windows[1]!);
    const { crops } = await framesOf(RULE, many);
    const left = offsets(crops, 'left');
    expect(left).toHaveLength(40);
    expect(left.every(([top, x]) => top! >= 0 && top! <= 4 && x! >= 0 && x! <= 5)).toBe(true);
    expect(new Set(left.map(String)).size).toBeGreaterThan(5);
    expect(offsets(crops, 'right')).not.toEqual(left);
    expect(offsets((await framesOf(RULE, many)).crops, 'left')).toEqual(left);
    expect(offsets((await framesOf({ ...RULE, batch: 4 }, many)).crops, 'left')).not.toEqual(left);
  });

  test('a camera that is resized is cropped within that size, and each camera to its own', async () => {
    const views = [
      { key: 'left', size: [3, 4], resized: [4, 5] },
      { key: 'right', size: [6, 8] },
    ];
    const many = Array.from({ length: 20 }, () => windows[1]!);
    const source = new BatchSource(data, { ...spec, views } as unknown as PolicySpec, 0);
    const { vision } = await source.load(many, RULE);
    if (vision.kind !== 'frames') throw new Error('expected frames');
    const places = (camera: string) => new Set(offsets(vision.crops, camera).map(String));
    expect(places('left')).toEqual(new Set(['0,0', '0,1', '1,0', '1,1']));
    expect(places('right')).toEqual(new Set(['0,0']));
  });
});

describe('features of a frozen encoder', () => {
  /** Tells what it was asked for: frame × 100 + crop. */
  const cache = (randomCrops: number) =>
    ({
      randomCrops,
      read: (frames: ArrayLike<number>, crops: ArrayLike<number>) =>
        Float32Array.from(frames, (frame, k) => frame * 100 + crops[k]!),
    }) as unknown as FeatureCache;
  const featuresOf = async (randomCrops: number, rule: 'center' | typeof RULE) => {
    const caches = new Map(['left', 'right'].map((key) => [key, cache(randomCrops)]));
    const { vision } = await new BatchSource(data, spec, 0, caches).load(windows.slice(0, 2), rule);
    if (vision.kind !== 'features') throw new Error('expected features');
    return [...vision.features.get('left')!];
  };

  test('the centre without random crops, and where it is asked for', async () => {
    expect(await featuresOf(0, RULE)).toEqual([0, 0, 0, 100]);
    expect(await featuresOf(4, 'center')).toEqual([0, 0, 0, 100]);
  });

  test('else one of the random crops of each frame', async () => {
    const features = await featuresOf(4, RULE);
    expect(features.map((value) => Math.floor(value / 100))).toEqual([0, 0, 0, 1]);
    expect(features.every((value) => value % 100 >= 1 && value % 100 <= 4)).toBe(true);
    expect(await featuresOf(4, RULE)).toEqual(features);
  });
});

test('cameras are the images, in the order of the config', () => {
  expect(cameras(spec).map(({ key }) => key)).toEqual(['left', 'right']);
});
