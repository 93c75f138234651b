// @module-tag engine
import { appendFile, chmod, cp, mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Stream } from '../../../engine/base/streams.js';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { rowAt, windowsOf } from '../../../engine/judge/windows/windows.js';
import { batchTensors, featuresOf } from '../../../engine/tensors/batchTensors.js';
import { openBuiltin } from '../../../engine/tensors/engine.js';
import { cropFrames } from '../../../engine/tensors/policy/crop.js';
import type { Policy } from '../../../engine/tensors/policy/policy.js';
import { TrainingData } from '../../../engine/training/dataset.js';
import { BatchSource } from '../../../engine/training/loop/batches.js';
import { openFeatureCaches } from '../../../engine/training/loop/encodeFrames.js';
import { cachedCrop, type FeatureCacheKey } from '../../../engine/training/loop/featureCache.js';
import { imageFingerprint } from '../../../engine/training/loop/imageFingerprint.js';
import { beginningIn, Learner } from '../../../engine/training/loop/learner.js';
import { readTrainOptions } from '../../../engine/training/options.js';
import type { TrainEvent } from '../../../engine/wire/workerMessages.js';
import { DATA_SET, unpackCheckpoint } from '../../adapt/fixtures.js';
import { loadedPolicy } from '../../tensors/policy/stores.js';
import { trainingConfig } from './smallRun.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const config = trainingConfig({ regrip: { freeze_encoder: true, cached_crops: 2 } });
const spec = policySpec(config);
const options = readTrainOptions(config);
const RANDOM_CROPS = { seed: 42, epoch: 3, batch: 1 };

let folder: string;
let data: TrainingData;
let learner: Learner;
let policy: Policy;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-features-'));
  data = await TrainingData.open(DATA_SET, spec);
  const file = await openCheckpoint(await unpackCheckpoint('policy-8d', folder));
  const begin = await beginningIn(file, spec, options, data, false);
  learner = await Learner.open(await openBuiltin({ backend: 'auto' }), spec, options, begin);
  policy = await loadedPolicy(spec, file);
  await file.close();
});
afterAll(async () => {
  learner.dispose();
  await data.close();
  await rm(folder, { recursive: true });
});

const open = (events: TrainEvent[] = []) =>
  openFeatureCaches({ folder, dataset: DATA_SET }, options, data, learner, {
    emit: (event) => void events.push(event),
    stopAsked: () => false,
  });
const windows = windowsOf([24, 58], [true, true], { length: 16, padBefore: 1, padAfter: 7 }).slice(0, 3);

test('centre features from the file equal those of the frames', async () => {
  const caches = await open();
  const cached = await new BatchSource(data, spec, 0, caches).load(windows, 'center');
  const framed = await new BatchSource(data, spec, 0).load(windows, 'center');
  const [a, b] = [cached, framed].map((batch) => featuresOf(policy, batchTensors(spec, batch)).dataSync());
  expect(largestDifference(a!, b!)).toBeLessThan(1e-5);
});

test('random crops from the file equal the encoder on the same crops', async () => {
  const caches = await open();
  const batch = await new BatchSource(data, spec, 0, caches).load(windows, RANDOM_CROPS);
  if (batch.vision.kind !== 'features') throw new Error('expected cached features');
  const rows = windows.flatMap((window) => [rowAt(window, 0), rowAt(window, 1)]);
  const chosen = new Stream(42, 'cachedChoice', 3, 1, 0).integers(rows.length, 2);
  const key = { seed: 42, imageShape: [3, 90, 160], cropShape: [81, 144] } as unknown as FeatureCacheKey;
  const offsets = rows.map((row, i) => cachedCrop(key, row, chosen[i]! + 1));
  const direct = tf.tidy(() =>
    policy
      .encodeImage(
        'image',
        cropFrames(frames, [3, 90, 160], spec.cropShape, {
          kind: 'offsets',
          top: Int32Array.from(offsets, (offset) => offset.top),
          left: Int32Array.from(offsets, (offset) => offset.left),
        }),
      )
      .dataSync(),
  );
  expect(largestDifference(batch.vision.features.get('image')!, direct)).toBeLessThan(1e-5);
  expect(new Set(offsets.map((offset) => `${offset.top},${offset.left}`)).size).toBeGreaterThan(1);
});

let frames: Uint8Array;
beforeAll(async () => {
  frames = await data.frames('image', windows, 2);
});

test('random crops of a resized image stay within that size', () => {
  const sizes = { imageShape: [3, 90, 160], resized: [12, 11], cropShape: [10, 10] };
  const key = { seed: 42, ...sizes } as unknown as FeatureCacheKey;
  const offsets = Array.from({ length: 60 }, (_, frame) => cachedCrop(key, frame, 1));
  expect(new Set(offsets.map(({ top }) => top))).toEqual(new Set([0, 1, 2]));
  expect(new Set(offsets.map(({ left }) => left))).toEqual(new Set([0, 1]));
});

test('another data set with the same images shares the file; other images have their own', async () => {
  const copy = join(folder, 'copy.zarr');
  await cp(DATA_SET, copy, { recursive: true });
  expect(await imageFingerprint(copy, 'image')).toBe(await imageFingerprint(DATA_SET, 'image'));
  const chunk = join(copy, 'data/image', (await readdir(join(copy, 'data/image'))).sort().at(-1)!);
  await chmod(chunk, 0o644);
  await appendFile(chunk, 'x');
  expect(await imageFingerprint(copy, 'image')).not.toBe(await imageFingerprint(DATA_SET, 'image'));
});

test('the file is computed once, and again when it is not whole', async () => {
  const [name] = (await readdir(folder)).filter((entry) => entry.endsWith('.f32'));
  const again: TrainEvent[] = [];
  await open(again);
  expect(again).toEqual([]);
  await truncate(join(folder, name!), 1000);
  await open(again);
  expect(again.at(-1)).toEqual({ event: 'features', done: 148, total: 148 });
});

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}
