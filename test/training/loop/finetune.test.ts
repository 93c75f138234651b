// @module-tag engine
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Plain } from '../../../engine/base/plain.js';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import { parseAdaptation } from '../../../engine/formats/run/adaptation.js';
import { parseGripperValidation } from '../../../engine/formats/run/gripperValidation.js';
import { scoreGripper } from '../../../engine/judge/gripper/accuracy.js';
import { RunFolder } from '../../../engine/training/runFolder.js';
import { readEvents } from '../../formats/tensorboard/readEvents.js';
import { adaptedReference } from './adaptedReference.js';
import { type SmallRun, smallRun, trainingConfig } from './smallRun.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let folder: string;
let adapted: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-train-'));
  adapted = await adaptedReference(folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe('two epochs from an adapted checkpoint', () => {
  let run: SmallRun;
  beforeAll(async () => {
    run = await smallRun(join(folder, 'two'), trainingConfig(), { kind: 'weights', checkpoint: adapted });
  });

  test('end done, with the log that upstream writes and the gripper beside', () => {
    expect(run.result).toMatchObject({ state: 'done', epochs: 2 });
    expect(run.log.map((line) => line['global_step'])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(Object.keys(run.log[0]!)).toEqual(['train_loss', 'global_step', 'epoch', 'lr']);
    expect(Object.keys(run.log[2]!)).toEqual(
      expect.arrayContaining([
        'val_loss',
        'train_action_mse_error',
        'val_position_error_m',
        'val_gripper_accuracy',
      ]),
    );
    for (const value of run.log.flatMap((line) => Object.values(line)))
      expect(Number.isFinite(value)).toBe(true);
  });

  test('log the rate of the next update: warm-up over two, then the cosine over six', () => {
    const cosine = (step: number) => 1e-4 * 0.5 * (1 + Math.cos((Math.PI * (step - 2)) / 22));
    const expected = [0.5e-4, 1e-4, cosine(3), cosine(4), cosine(5), cosine(6)];
    expect(run.log.map((line) => line['lr'])).toEqual(expected.map((rate) => expect.closeTo(rate, 12)));
  });

  test("leave checkpoints under upstream's names, which open with the counters of the last step", async () => {
    const names = await readdir(join(folder, 'two/checkpoints'));
    expect(names).toHaveLength(2);
    expect(names).toContain('latest.ckpt');
    expect(names).toContainEqual(expect.stringMatching(/^epoch=000[01]-train_loss=\d\.\d{3}\.ckpt$/));
    const { index, close } = await openCheckpoint(join(folder, 'two/checkpoints/latest.ckpt'));
    await close();
    expect(index.pickles).toMatchObject({
      global_step: 5,
      epoch: 1,
      regrip_train: { epoch: 2, global_step: 6 },
    });
    expect(Object.keys(index.stateDicts)).toEqual(['model', 'ema_model']);
    expect(index.optimizer?.state.size).toBeGreaterThan(50);
  });
});

test('several draws of noise for each window are averaged in one step', async () => {
  const lossWith = async (draws: number): Promise<number> => {
    const config = trainingConfig({
      training: { num_epochs: 1, max_train_steps: 1 },
      regrip: { noise_samples: draws },
    });
    const { log } = await smallRun(join(folder, `draws-${draws}`), config, { kind: 'scratch' });
    return log[0]!['train_loss']!;
  };
  const [one, four] = [await lossWith(1), await lossWith(4)];
  expect(four).not.toBe(one);
  // A policy that has learnt nothing predicts nothing: the loss is the noise's variance, and more draws come closer to it.
  expect(Math.abs(four - 1)).toBeLessThan(0.1);
});

describe('beside the log, two epochs leave', () => {
  const inRun = (name: string) => join(folder, 'two', name);
  const json = async (name: string) => JSON.parse(await readFile(inRun(name), 'utf8')) as Plain;

  test('the same numbers for TensorBoard, under tags that group them', async () => {
    const log = await new RunFolder(join(folder, 'two')).readLog();
    const [file, ...others] = await readdir(inRun('tensorboard'));
    expect(others).toEqual([]);
    const { events, torn } = readEvents(await readFile(join(inRun('tensorboard'), file!)));
    expect(torn).toBe(0);
    const series = (tag: string) =>
      events.flatMap(({ step, scalars }) =>
        scalars[tag] === undefined ? [] : [[Number(step), scalars[tag]]],
      );
    const logged = (key: string) =>
      log.flatMap((line) => (line[key] === undefined ? [] : [[line['global_step'], Math.fround(line[key])]]));
    expect(series('train/lr')).toEqual(logged('lr'));
    for (const key of ['val_loss', 'val_position_error_m', 'val_gripper_accuracy', 'train_action_mse_error'])
      expect(series(key.replace('_', '/')), key).toEqual(logged(key));
    // The log's last line of an epoch holds the mean where the others hold their step's loss.
    expect(series('train/loss').map(([step]) => step)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(series('train/epoch_loss')).toEqual(logged('train_loss').filter((_, i) => i % 3 === 2));
  });

  test('the predicted gripper of the last validation, which gives the logged scores', async () => {
    const validation = parseGripperValidation(await json('validation/gripper.json'))!;
    const log = await new RunFolder(join(folder, 'two')).readLog();
    expect(validation).toMatchObject({ epoch: 1, globalStep: 5 });
    const tracks = validation.episodes.map(({ recorded, predicted }) => ({
      demonstrated: recorded,
      predicted,
    }));
    const { accuracy, steps } = scoreGripper(tracks, validation.thresholds);
    expect(accuracy).toBeCloseTo(log.at(-1)!['val_gripper_accuracy']!, 12);
    expect(validation.episodes.flatMap((episode) => episode.steps)).toHaveLength(steps);
    expect(validation.episodes[0]!.steps.slice(0, 3)).toEqual([0, 1, 2]);
  });

  test('what was inherited and widened', async () => {
    expect(parseAdaptation(await json('adaptation.json'))).toMatchObject({
      ...{ from: adapted, strategy: 'transplant', weights: 'ema', oldActionDim: 7, newActionDim: 8 },
      widened: expect.arrayContaining([{ key: 'model.head.weight', from: [7, 32], to: [8, 32] }]),
    });
  });
});

test('inherited weights give their own first loss, not the 1.0 of a training from scratch', async () => {
  const one = trainingConfig({ training: { num_epochs: 1, max_train_steps: 1 } });
  const warm = await smallRun(join(folder, 'warm'), one, { kind: 'weights', checkpoint: adapted });
  const cold = await smallRun(join(folder, 'cold'), one, { kind: 'scratch' });
  expect(cold.log[0]!['train_loss']).toBeCloseTo(1, 0);
  expect(Math.abs(cold.log[0]!['train_loss']! - 1)).toBeLessThan(0.2);
  // The reference weights are drawn, not trained: what they predict is far from any noise.
  expect(warm.log[0]!['train_loss']).toBeGreaterThan(1.5);
  expect(warm.events[0]).toMatchObject({ event: 'start', start: 'weights', from: adapted });
});
