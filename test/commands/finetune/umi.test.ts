/** A UMI policy is trained by its own train.py, whatever its data set is; nothing here reads that. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { run } from '../../../engine/commands/program.js';
import type { TrainEvent } from '../../../engine/wire/workerMessages.js';
import { UMI_TRAINING, umiProject } from '../../judge/checks/umiProject.js';
import { writeTrainer } from '../../work/runners/pythonProject.js';

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let config: string;
let made: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-umi-'));
  config = join(folder, 'diffusion_policy', UMI_TRAINING);
  await mkdir(join(config, '..'), { recursive: true });
  await writeFile(config, umiProject()[UMI_TRAINING]!);
  ({ made } = await writeTrainer(folder));
});
afterAll(() => rm(folder, { recursive: true }));

const { VIRTUAL_ENV: _venv, CONDA_PREFIX: _conda, REGRIP_PYTHON: _named, ...env } = process.env;

async function finetune(...more: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const words = ['training.num_epochs=2', 'checkpoint.topk.monitor_key=train_loss', `+fake.made=${made}`];
  const code = await run(['finetune', config, ...words, '--json', ...more], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    interactive: false,
    signal: new AbortController().signal,
    env,
    cwd: folder,
  });
  const events = out.map((text): TrainEvent => JSON.parse(text)).filter(({ event }) => event !== undefined);
  return { code, events, err: err.join('') };
}

test('a data set that is not there', async () => {
  const { code, err } = await finetune('--runner', 'python');
  expect([code, err]).toEqual([1, expect.stringContaining('d.zarr: there is no such data set')]);
});

test('the builtin runner says who trains it', async () => {
  const { code, err } = await finetune();
  expect(code).toBe(1);
  expect(err).toMatch(/d\.zarr: is not read for a diffusion UNet policy.*--runner python/s);
});

test('train.py trains it: how long is known once an epoch is done', async () => {
  await writeFile(join(folder, 'd.zarr'), 'PK\x03\x04'); // a zip, as UMI has them
  const { code, events, err } = await finetune('--runner', 'python', '--run-dir', 'umi');
  expect([code, err]).toEqual([0, expect.stringContaining('FROM SCRATCH')]);
  const start = events.find(({ event }) => event === 'start');
  expect(start).toMatchObject({ start: 'scratch', epochs: 2 });
  expect(start).not.toHaveProperty('stepsPerEpoch');
  const epochs = events.flatMap((event) => (event.event === 'epoch' ? [event.epoch] : []));
  expect(epochs).toEqual([0, 1]);
});
