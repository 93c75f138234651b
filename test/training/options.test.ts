// @module-tag engine
import { expect, test } from 'vitest';
import type { Plain, PlainMap } from '../../engine/base/plain.js';
import { multiplierOf } from '../../engine/training/multipliers.js';
import { pretrainedPath, readTrainOptions } from '../../engine/training/options.js';
import { readPosition, START, writePosition } from '../../engine/training/position.js';
import { config, unetImageConfig } from '../tensors/policy/configs.js';
import { trainingConfig } from './loop/smallRun.js';

const regrip = (section: Readonly<Record<string, Plain>>) =>
  readTrainOptions({ ...trainingConfig(), regrip: section }).regrip;

test('without a regrip section everything is as upstream has it', () => {
  expect(regrip({})).toEqual({
    freezeEncoder: false,
    cachedCrops: 4,
    lrMultiplier: { widened: 1, inherited: 1 },
    lossWeighting: 'none',
    lossWeightCap: 20,
    noiseSamples: 1,
    normalizer: undefined,
    sample: { method: 'ddim', steps: 8, windows: 128 },
    backend: 'auto',
  });
});

test('training.freeze_encoder counts where upstream’s training reads it, and sees the centre alone', () => {
  const options = (policy: PlainMap, section: PlainMap = {}) =>
    readTrainOptions({
      ...trainingConfig({ training: { freeze_encoder: true } }),
      policy: policy['policy']!,
      regrip: section,
    }).regrip;
  expect(options(unetImageConfig())).toMatchObject({ freezeEncoder: true, cachedCrops: 0 });
  expect(options(unetImageConfig(), { freeze_encoder: false })).toMatchObject({ freezeEncoder: false });
  expect(options(config())).toMatchObject({ freezeEncoder: false, cachedCrops: 4 });
});

test('a validation samples in no more steps than the training has noise levels', () => {
  const steps = (sample: PlainMap) => {
    const policy = { ...(config()['policy'] as PlainMap), noise_scheduler: { num_train_timesteps: 5 } };
    return readTrainOptions({ ...trainingConfig(), policy, regrip: { sample } }).regrip.sample.steps;
  };
  expect([steps({}), steps({ steps: 3 })]).toEqual([5, 3]);
  expect(() => steps({ steps: 6 })).toThrow(
    /regrip\.sample\.steps is 6, but policy\.noise_scheduler\.num_train_timesteps is 5/,
  );
});

test('a wrong option is named by its dotted key', () => {
  expect(() => regrip({ freeze_encoders: true })).toThrow(/regrip\.freeze_encoders is not an option/);
  expect(() => regrip({ lr_multiplier: { widend: 10 } })).toThrow(/regrip\.lr_multiplier\.widend/);
  expect(() => regrip({ loss_weighting: 'high' })).toThrow(
    /regrip\.loss_weighting is "high", expected none or high_noise/,
  );
  expect(() => regrip({ sample: { steps: 0 } })).toThrow(/regrip\.sample\.steps/);
  expect(() => readTrainOptions(trainingConfig({ training: { num_epochs: 'many' } }))).toThrow(
    /training\.num_epochs/,
  );
  expect(() => readTrainOptions(trainingConfig({ dataloader: { batch_size: 0 } }))).toThrow(
    /dataloader\.batch_size/,
  );
});

test('training.debug shortens the run as upstream does', () => {
  const options = readTrainOptions(
    trainingConfig({ training: { debug: true, num_epochs: 600, checkpoint_every: 50 } }),
  );
  expect(options).toMatchObject({
    epochs: 2,
    maxTrainSteps: 3,
    maxValSteps: 3,
    checkpointEvery: 1,
    sampleEvery: 1,
  });
});

test('pretrained.path counts only with load_weights', () => {
  expect(pretrainedPath({ pretrained: { path: 'a.ckpt', load_weights: true } })).toBe('a.ckpt');
  expect(pretrainedPath({ pretrained: { path: 'a.ckpt', load_weights: false } })).toBeUndefined();
  expect(pretrainedPath({})).toBeUndefined();
});

test('new rows and columns learn at their own rate', () => {
  const adaptation: PlainMap = {
    widened: {
      'model.head.weight': { from: [2, 3], to: [3, 3], axis: 0, new_indices: [2] },
      'model.input_emb.weight': { from: [2, 2], to: [2, 3], axis: 1, new_indices: [1] },
    },
  };
  const of = multiplierOf({ widened: 10, inherited: 0.5 }, adaptation, true)!;
  const entry = (key: string, shape: number[]) =>
    ({ key, shape, dtype: 'float32', kind: 'parameter' }) as const;
  expect([...(of(entry('model.head.weight', [3, 3])) as Float32Array)]).toEqual([
    0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 10, 10, 10,
  ]);
  expect([...(of(entry('model.input_emb.weight', [2, 3])) as Float32Array)]).toEqual([
    0.5, 10, 0.5, 0.5, 10, 0.5,
  ]);
  expect(of(entry('model.ln_f.weight', [3]))).toBe(0.5);
  expect(multiplierOf({ widened: 10, inherited: 0.5 }, undefined, false)).toBeUndefined();
});

test("the place in a run: ours to the step, upstream's after the epoch that it finished, an adapted one at the start", () => {
  const position = {
    ...START,
    epoch: 3,
    batch: 2,
    globalStep: 17,
    updates: 9,
    emaSteps: 17,
    lossSum: 1,
    topK: [['a', 0.5]] as const,
  };
  expect(readPosition({ epoch: 3, global_step: 16, regrip_train: writePosition(position) }, 5, 2)).toEqual(
    position,
  );
  expect(readPosition({ epoch: 550, global_step: 8264 }, 200, 1)).toMatchObject({
    epoch: 551,
    globalStep: 8265,
    emaSteps: 8265,
  });
  expect(readPosition({ epoch: 0, global_step: 0 }, 0, 1)).toEqual(START);
  expect(readPosition({ epoch: 0, global_step: 0, regrip_adaptation: {} }, 60, 1)).toEqual(START);
});
