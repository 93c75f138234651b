import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createReplayBuffer, openReplayBuffer } from '../../../engine/formats/zarr/index.js';
import type { EvaluateResult } from '../../../engine/wire/evaluateResult.js';
import { DATA_SET, unpackCheckpoint } from '../../adapt/fixtures.js';
import { regrip, regripProcess } from '../call.js';

vi.setConfig({ testTimeout: 200_000, hookTimeout: 200_000 });

const QUICK = ['--sampler', 'ddim', '--steps', '2'];

let folder: string;
let eight: string;
let seven: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-evaluate-'));
  eight = await unpackCheckpoint('policy-8d', folder);
  seven = await unpackCheckpoint('policy-7d', folder);
});
afterAll(() => rm(folder, { recursive: true }));

const evaluate = (...args: string[]) => regripProcess(['evaluate', ...args], folder);
/** Ends before a worker is needed. */
const refused = (...args: string[]) => regrip(['evaluate', ...args], { cwd: folder });

function document(...args: string[]): EvaluateResult & Record<string, unknown> {
  const { code, out, err } = evaluate(...args, '--json');
  expect([code, err.replaceAll(/^(validation loss|sampled actions): .*\n/gm, '')]).toEqual([0, '']);
  return JSON.parse(out);
}

/** The reference data set without the gripper in its actions. */
async function sevenDimensional(): Promise<string> {
  const path = join(folder, 'seven.zarr');
  await cp(DATA_SET, path, { recursive: true });
  await rm(join(path, 'data/action'), { recursive: true });
  const buffer = await openReplayBuffer(DATA_SET);
  const { data } = await buffer.readRows('action', 0, 148);
  await buffer.close();
  const rows = Array.from({ length: 148 }, (_, row) => Buffer.from(data.subarray(row * 32, row * 32 + 28)));
  const writer = await createReplayBuffer(path);
  await writer.createArray('action', { shape: [148, 7], dtype: '<f4', chunks: [148, 7], compressor: null });
  await writer.writeRows('action', 0, Buffer.concat(rows));
  return path;
}

test('the validation episodes by default: losses, pose errors, gripper', { tags: 'engine' }, () => {
  const found = document(eight, '--data', DATA_SET, ...QUICK);
  expect(found).toMatchObject({
    checkpoint: eight,
    weights: 'ema',
    sampler: { method: 'ddim', steps: 2 },
    seed: 42,
    split: 'val',
    episodes: [0],
    windows: 17,
    chunks: 3,
    executedSteps: 24,
  });
  expect(found.valLoss).toBeGreaterThan(1.5); // drawn weights predict nothing
  expect(found.perStep).toHaveLength(8);
  const byStep = found.perStep.reduce((sum, step) => sum + step.position.mean, 0) / 8;
  expect(found.position.norm.mean).toBeCloseTo(byStep, 12);
  const { gripper } = found;
  expect(gripper!.switchF1).toBe(gripper!.within2.f1);
  expect(gripper!.hold.accuracy).toBeCloseTo(13 / 24, 12);
  expect(gripper!.demonstratedSwitches).toBe(2);
  expect(gripper!.missed).toBeLessThanOrEqual(2);
});

test('other episodes, other weights, overrides of the saved config', { tags: 'engine' }, () => {
  const two = document(
    eight,
    'val_dataloader.batch_size=8',
    '--data',
    DATA_SET,
    ...QUICK,
    '--episodes',
    '2,3',
  );
  expect(two).toMatchObject({ split: null, episodes: [2, 3], executedSteps: 33 + 32 });
  const model = document(eight, '--data', DATA_SET, ...QUICK, '--weights', 'model', '--batch-size', '8');
  expect(model['weights']).toBe('model');
  const train = document(
    eight,
    'task.dataset.max_train_episodes=2',
    '--data',
    DATA_SET,
    ...QUICK,
    '--split',
    'train',
  );
  expect(train.episodes).toHaveLength(2);
});

test('a policy without a gripper has none in the report', { tags: 'engine' }, async () => {
  const data = await sevenDimensional();
  expect(document(seven, '--data', data, ...QUICK).gripper).toBeNull();
  const { out } = evaluate(seven, '--data', data, ...QUICK);
  expect(out).toContain('no gripper: the actions are poses alone');
});

test('a person reads each number with what it means', { tags: 'engine' }, () => {
  const { code, out } = evaluate(eight, '--data', DATA_SET, ...QUICK);
  expect(code).toBe(0);
  expect(out).toContain('EMA weights, ddim in 2 steps, seed 42');
  expect(out).toMatch(/^validation loss +\d\.\d+ {2}MSE of the predicted noise; no dropout/m);
  expect(out).toMatch(/^rotation +\d+\.\d\d° +\d+\.\d\d°$/m);
  expect(out).toMatch(/^gripper accuracy +0\.\d{3} {2}of the executed steps; 0\.542 for holding/m);
  expect(out).toMatch(/^latency .*positive is late$/m);
});

describe('what does not fit is named before anything is loaded', () => {
  test('a data set that is not where the config says', async () => {
    const { code, err } = await refused(eight);
    expect(code).toBe(1);
    expect(err).toContain(`${join(folder, 'cogact-mini.160x90.zarr')}: there is no data set here`);
    expect(err).toContain('--data FOLDER.zarr');
  });

  test('a data set of another kind', async () => {
    const { code, err } = await refused(seven, '--data', DATA_SET);
    expect(code).toBe(1);
    expect(err).toContain('array action holds [8] a step');
    expect(err).toContain('regrip adapt');
  });

  test('an override that the config does not have', async () => {
    const { code, err } = await refused(eight, 'policy.layers=3', '--data', DATA_SET);
    expect([code, err]).toEqual([1, expect.stringContaining("'policy.layers' does not exist")]);
  });

  test('an empty split, a stranger among the episodes, both at once', async () => {
    const empty = await refused(eight, 'task.dataset.val_ratio=0', '--data', DATA_SET);
    expect([empty.code, empty.err]).toEqual([
      1,
      expect.stringContaining("split 'val' of 5 episodes is empty"),
    ]);
    const stranger = await refused(eight, '--data', DATA_SET, '--episodes', '5');
    expect([stranger.code, stranger.err]).toEqual([
      2,
      expect.stringContaining('the data set has 5 episodes'),
    ]);
    expect((await refused(eight, '--data', DATA_SET, '--episodes', '0', '--split', 'all')).code).toBe(2);
  });

  test('more sampling steps than the policy knows', async () => {
    const { code, err } = await refused(eight, '--data', DATA_SET, '--steps', '101');
    expect([code, err]).toEqual([2, expect.stringContaining('trained with only 100 noise levels')]);
  });
});
