// @module-tag engine
import { appendFile, copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TrainEvent } from '../../../engine/wire/workerMessages.js';
import { unpackCheckpoint } from '../../adapt/fixtures.js';
import { fingerprints } from './fingerprints.js';
import { smallRun, trainingConfig } from './smallRun.js';

/** The transformer alone on cached features, with dropout: quick, and every random stream takes part. */
const changes = {
  training: { num_epochs: 3, max_train_steps: 5, gradient_accumulate_every: 2, checkpoint_every: 2 },
  policy: { p_drop_attn: 0.3 },
  regrip: { freeze_encoder: true, cached_crops: 2, sample: { steps: 2, windows: 2 } },
};

vi.setConfig({ testTimeout: 300_000 });

let folder: string;
let weights: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-resume-'));
  weights = await unpackCheckpoint('policy-8d', folder);
});
afterAll(() => rm(folder, { recursive: true }));

const afterSteps =
  (count: number) =>
  (events: readonly TrainEvent[]): boolean =>
    events.some((event) => event.event === 'step' && event.globalStep >= count);

/** The features depend on the data set and the encoder alone, so another run may take them over. */
async function handOnFeatures(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from))
    if (name.startsWith('features-')) await copyFile(join(from, name), join(to, name));
}

test('a run that was stopped within an epoch and resumed equals one that was not, bit by bit', async () => {
  const whole = await smallRun(join(folder, 'whole'), trainingConfig(changes), {
    kind: 'weights',
    checkpoint: weights,
  });
  const runDir = join(folder, 'parts');
  await handOnFeatures(join(folder, 'whole'), runDir);
  const config = trainingConfig(changes);
  const first = await smallRun(runDir, config, { kind: 'weights', checkpoint: weights }, afterSteps(1));
  expect(first.result.state).toBe('paused');
  expect(first.log.length).toBeLessThan(5);
  const resume = { kind: 'resume', checkpoint: join(runDir, 'checkpoints/latest.ckpt') } as const;
  const rest = await smallRun(runDir, config, resume);
  expect(rest.result).toMatchObject({ state: 'done', epochs: 3 });
  expect(rest.log).toEqual(whole.log);
  const latest = (of: string) => fingerprints(join(of, 'checkpoints/latest.ckpt'));
  expect(await latest(runDir)).toEqual(await latest(join(folder, 'whole')));
});

test('num_epochs is the total: resuming a finished run trains nothing', async () => {
  const runDir = join(folder, 'whole');
  const resume = { kind: 'resume', checkpoint: join(runDir, 'checkpoints/latest.ckpt') } as const;
  const again = await smallRun(runDir, trainingConfig(changes), resume);
  expect(again.result).toMatchObject({ state: 'done', epochs: 3 });
  expect(again.events.some((event) => event.event === 'step' || event.event === 'epoch')).toBe(false);
  expect(again.log).toHaveLength(15);
});

test('what a killed run logged beyond its checkpoint goes, and half a line with it', async () => {
  const runDir = join(folder, 'whole');
  const log = join(runDir, 'logs.json.txt');
  const before = await readFile(log, 'utf8');
  await appendFile(log, '{"train_loss": 9, "global_step": 15, "epoch": 3, "lr": 0}\n{"train_loss": 8, "glo');
  const resume = { kind: 'resume', checkpoint: join(runDir, 'checkpoints/latest.ckpt') } as const;
  await smallRun(runDir, trainingConfig(changes), resume);
  expect(await readFile(log, 'utf8')).toBe(before);
});

test('the features are computed once: a resume reads them', async () => {
  const runDir = join(folder, 'whole');
  const resume = { kind: 'resume', checkpoint: join(runDir, 'checkpoints/latest.ckpt') } as const;
  const again = await smallRun(runDir, trainingConfig(changes), resume);
  expect(again.events.filter((event) => event.event === 'features')).toEqual([]);
});
