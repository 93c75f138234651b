import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { EvaluateJob } from '../../../../engine/wire/workerMessages.js';
import { preparePolicy } from '../../../../engine/work/measure/request.js';
import { runMeasuring } from '../../../../engine/work/runners/builtin/measuring.js';
import { DATA_SET, unpackCheckpoint } from '../../../adapt/fixtures.js';

vi.setConfig({ testTimeout: 120_000 });

const WORKER = fileURLToPath(new URL('../../../../out/engine/tensors/worker.js', import.meta.url));
let folder: string;
let job: EvaluateJob;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-measuring-'));
  const checkpoint = await unpackCheckpoint('policy-8d', folder);
  const prepared = await preparePolicy({ checkpoint, overrides: [], data: DATA_SET, cwd: folder, env: {} });
  job = { ...prepared.job, episodes: [0, 1, 2, 3, 4], batchSize: 1 };
});
afterAll(() => rm(folder, { recursive: true }));

test('Ctrl-C ends an evaluation at once: there is nothing to save', { tags: 'engine' }, async () => {
  const interrupt = new AbortController();
  const told: string[] = [];
  const running = runMeasuring('evaluate', job, {
    workerModule: WORKER,
    signal: interrupt.signal,
    onEvent: (event) => {
      told.push(event.event);
      if (event.event === 'measured') interrupt.abort(new Error('interrupted'));
    },
  });
  await expect(running).rejects.toThrow('interrupted');
  expect(told.length).toBeLessThan(20); // of some two hundred
});

test('a worker that dies says what may help', async () => {
  const dying = join(folder, 'dying.mjs');
  await writeFile(dying, 'process.exit(9)');
  const { signal } = new AbortController();
  await expect(
    runMeasuring('evaluate', job, { workerModule: dying, signal, onEvent: () => undefined }),
  ).rejects.toMatchObject({
    message: 'the worker process ended with exit code 9 without an answer',
    hint: expect.stringContaining('--batch-size'),
  });
});
