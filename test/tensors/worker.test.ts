// @module-tag engine
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { encodedText } from '../../engine/base/jsonText.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { RunFolder } from '../../engine/training/runFolder.js';
import type { TrainEvent, TrainJob } from '../../engine/wire/workerMessages.js';
import { runBuiltin } from '../../engine/work/runners/builtin/run.js';
import { DATA_SET, LOADER } from '../adapt/fixtures.js';
import { torchPython } from '../peers.js';
import { trainingConfig } from '../training/loop/smallRun.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const WORKER = fileURLToPath(new URL('../../out/engine/tensors/worker.js', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-worker-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function job(name: string, changes: Parameters<typeof trainingConfig>[0] = {}): Promise<TrainJob> {
  const config = encodedText(trainingConfig(changes));
  const runDir = join(folder, name);
  await mkdir(runDir); // as the command does, which holds it
  return {
    runDir,
    dataset: DATA_SET,
    config,
    resolved: config,
    start: { kind: 'scratch' },
  };
}

test('a training runs in a process of its own, pauses on request, and torch reads what it wrote', async () => {
  const events: TrainEvent[] = [];
  const interrupt = new AbortController();
  const endless = {
    training: { num_epochs: 1000, sample_every: 1000, val_every: 1000, checkpoint_every: 1000 },
  };
  const result = await runBuiltin(await job('paused', endless), {
    workerModule: WORKER,
    signal: interrupt.signal,
    onEvent: (event) => {
      events.push(event);
      if (event.event === 'step') interrupt.abort();
    },
  });
  expect(result.state).toBe('paused');
  expect((await new RunFolder(result.runDir).readRecord())?.state).toBe('paused');
  const python = torchPython();
  if (python === undefined) return;
  const loaded = spawnSync(python, [LOADER, join(result.runDir, 'checkpoints/latest.ckpt')], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  expect(loaded.stderr).toBe('');
  const { pickles, model, optimizer } = JSON.parse(loaded.stdout);
  expect(Object.keys(model)).toEqual(policySpec(trainingConfig()).parameters.map(({ key }) => key));
  expect(pickles.regrip_train.version).toBe(1);
  expect(Object.keys(optimizer.state).length).toBeGreaterThan(50);
});

test('a worker that dies gives an error with its last words, and nothing hangs', async () => {
  const dying = join(folder, 'dying.mjs');
  await writeFile(
    dying,
    "process.stderr.write('out of memory: 3 GiB\\n', () => process.kill(process.pid, 'SIGKILL'))",
  );
  await expect(
    runBuiltin(await job('dead'), { workerModule: dying, onEvent: () => undefined }),
  ).rejects.toThrow(/ended with signal SIGKILL without an answer; its last output: out of memory: 3 GiB/);
});

test("the worker's errors keep their message and hint, and the run folder says why", async () => {
  const broken = { ...(await job('broken')), dataset: join(folder, 'missing.zarr') };
  await expect(runBuiltin(broken, { workerModule: WORKER, onEvent: () => undefined })).rejects.toMatchObject({
    message: expect.stringContaining('missing.zarr'),
  });
  expect(await new RunFolder(broken.runDir).readRecord()).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('missing.zarr'),
  });
});
