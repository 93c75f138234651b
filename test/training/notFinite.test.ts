// @module-tag engine
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TensorSource } from '../../engine/formats/checkpoint/types.js';
import { writeCheckpoint } from '../../engine/formats/checkpoint/write.js';
import { writeFinite } from '../../engine/training/loop/writeFinite.js';
import { NotFinite } from '../../engine/training/notFinite.js';
import { RunFolder } from '../../engine/training/runFolder.js';
import { smallRun, trainingConfig } from './loop/smallRun.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-not-finite-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Weights are destroyed by the second update, since the warm-up begins with half the rate. */
const config = (rate: number, training: Readonly<Record<string, number | boolean>>) => {
  const base = trainingConfig({ training, regrip: { sample: { method: 'ddim', steps: 1, windows: 1 } } });
  return { ...base, optimizer: { ...(base['optimizer'] as object), learning_rate: rate } };
};

test('a training ends at the first loss that is none; the checkpoint before it stays, and nothing says done', async () => {
  const runDir = join(folder, 'run');
  const one = await smallRun(runDir, config(1e-4, { num_epochs: 1, max_train_steps: 2 }), {
    kind: 'scratch',
  });
  expect(one.result.state).toBe('done');
  const latest = join(runDir, 'checkpoints/latest.ckpt');
  const before = { bytes: await readFile(latest), names: await readdir(join(runDir, 'checkpoints')) };

  const wild = config(1e30, { num_epochs: 3, max_train_steps: 2, resume: true });
  const end = await smallRun(runDir, wild, { kind: 'resume', checkpoint: latest }).catch(
    (error: unknown) => error,
  );
  expect(end).toBeInstanceOf(NotFinite);
  const { event, message } = end as NotFinite;
  expect(event).toMatchObject({ what: 'loss', epoch: 1, globalStep: 3, learningRate: expect.any(Number) });
  expect(event.count).toBeGreaterThan(10);
  expect(event.parameters[0]).toMatch(/^model\.head\./);
  expect(message).toMatch(
    /the loss became NaN in step 3 \(epoch 1\) at the learning rate .*model\.head\.\w+, .* more;/,
  );

  expect((await readFile(latest)).equals(before.bytes)).toBe(true);
  expect(await readdir(join(runDir, 'checkpoints'))).toEqual(before.names);
  const record = await new RunFolder(runDir).readRecord();
  expect(record).toMatchObject({ state: 'failed', reason: message, best: { monitor: 'train_loss' } });
  expect((await new RunFolder(runDir).readLog()).at(-1)).toMatchObject({
    global_step: 3,
    train_loss: Number.NaN,
  });

  const gentle = config(1e-5, { num_epochs: 2, max_train_steps: 2, resume: true });
  const again = await smallRun(runDir, gentle, { kind: 'resume', checkpoint: latest });
  expect(again.result).toMatchObject({ state: 'done', epochs: 2 });
  expect(again.log.map((line) => Number.isFinite(line['train_loss']))).toEqual([true, true, true, true]);
});

test('a checkpoint with a number that is none replaces no good one, whichever part holds it', async () => {
  const path = join(folder, 'kept.ckpt');
  const source = (key: string, values: readonly number[]): TensorSource => ({
    ...{ key, shape: [values.length], dtype: 'float32' },
    read: () => new Uint8Array(Float32Array.from(values).buffer),
  });
  const content = (model: number, average: number, moment: number) => ({
    config: {},
    pickles: {},
    stateDicts: {
      model: [source('head.weight', [1, model]), source('mask', [0, Number.NEGATIVE_INFINITY])],
      ema_model: [source('head.weight', [1, average])],
    },
    optimizer: {
      paramGroups: [{ params: [0] }],
      state: new Map([
        [0, { step: 1, expAvg: source('w.exp_avg', [0]), expAvgSq: source('w.exp_avg_sq', [moment]) }],
      ]),
    },
  });
  await writeCheckpoint(path, content(1, 1, 1));
  const good = await readFile(path);
  const refused = (keys: readonly string[]) => new Error(keys.join(' '));
  const write = (...values: [number, number, number]) => writeFinite(path, content(...values), refused);
  await expect(write(Number.NaN, 1, 1)).rejects.toThrow('model.head.weight');
  await expect(write(1, Number.POSITIVE_INFINITY, 1)).rejects.toThrow('ema_model.head.weight');
  await expect(write(1, 1, Number.NaN)).rejects.toThrow('optimizer.w.exp_avg_sq');
  await expect(write(Number.NaN, Number.NaN, 1)).rejects.toThrow('model.head.weight ema_model.head.weight');
  expect(await readFile(path)).toEqual(good);
  expect((await readdir(folder)).filter((name) => name.includes('kept'))).toEqual(['kept.ckpt']);
  await write(2, 1, 1);
  expect(await readFile(path)).not.toEqual(good);
});
