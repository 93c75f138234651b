// @module-tag engine
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Changes, smallRun, trainingConfig } from '../../training/loop/smallRun.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-graph-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const SINGLE = 'a training step could not be compiled into one graph';
const VARIANTS: readonly (readonly [string, Changes])[] = [
  [
    'of everything, with several draws of noise, weighted, accumulated',
    {
      policy: { p_drop_attn: 0.3, n_cond_layers: 1 },
      training: { num_epochs: 1, max_train_steps: 5, gradient_accumulate_every: 2 },
      regrip: { noise_samples: 2, loss_weighting: 'high_noise' },
    },
  ],
  [
    'of the transformer on cached features, the last batch of an epoch smaller',
    {
      policy: { p_drop_attn: 0.3 },
      training: { num_epochs: 2, max_train_steps: 50 },
      dataloader: { batch_size: 32 },
      regrip: { freeze_encoder: true, cached_crops: 1 },
    },
  ],
];

test.each(VARIANTS)('steps %s, are the same as one graph and as single operations', async (name, changes) => {
  const runDir = (kind: string) => join(folder, `${kind} ${name.slice(0, 12)}`);
  const config = trainingConfig(changes);
  const graph = await smallRun(runDir('graph'), config, { kind: 'scratch' });
  vi.stubEnv('TMPDIR', join(folder, 'missing')); // a graph passes through a file
  const single = await smallRun(runDir('single'), config, { kind: 'scratch' });
  const notes = ({ events }: typeof graph) =>
    events.flatMap((event) => (event.event === 'note' && event.message.startsWith(SINGLE) ? [event] : []));
  expect(notes(graph)).toHaveLength(0);
  expect(notes(single)).toHaveLength(1);
  const losses = (run: typeof graph) => run.log.map((line) => line['train_loss']!);
  expect(losses(graph).length).toBeGreaterThan(4);
  losses(graph).forEach((loss, step) => {
    expect(Math.abs(loss / losses(single)[step]! - 1), `step ${step}`).toBeLessThan(1e-4);
  });
});
