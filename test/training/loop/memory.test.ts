// @module-tag engine
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expect, test, vi } from 'vitest';
import { encodedText } from '../../../engine/base/jsonText.js';
import { openBuiltin } from '../../../engine/tensors/engine.js';
import { trainJob } from '../../../engine/training/loop/job.js';
import { DATA_SET } from '../../adapt/fixtures.js';
import { trainingConfig } from './smallRun.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

test('memory is flat over epochs: tensors, and the size of the process', async () => {
  const runDir = await mkdtemp(join(tmpdir(), 'regrip-memory-'));
  const config = encodedText(
    trainingConfig({
      training: { num_epochs: 12, max_train_steps: 4, checkpoint_every: 3 },
      regrip: { freeze_encoder: true, cached_crops: 0 },
    }),
  );
  const tensors: number[] = [];
  const sizes: number[] = [];
  await trainJob(
    { runDir, dataset: DATA_SET, config, resolved: config, start: { kind: 'scratch' } },
    {
      emit: (event) => {
        if (event.event !== 'epoch') return;
        tensors.push(tf.memory().numTensors);
        sizes.push(process.memoryUsage().rss / 2 ** 20);
      },
      stopAsked: () => false,
    },
    openBuiltin,
  );
  await rm(runDir, { recursive: true });
  expect(new Set(tensors.slice(1)).size, `tensors after each epoch: ${tensors}`).toBe(1);
  // From the fourth epoch on everything has been allocated once; a leaked policy would be 90 MB an epoch.
  const growth = sizes.at(-1)! - sizes[3]!;
  expect(growth, `MiB after each epoch: ${sizes.map(Math.round)}`).toBeLessThan(150);
  expect(tf.memory().numTensors).toBe(0);
});
