/** The same where the refused call is made by a process below the command: a decoder, the process with the tensors. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DATA_SET, NEW_CONFIG } from '../adapt/fixtures.js';
import { fileHashes, MINI } from '../work/convert/folders.js';
import type { Fault } from './inject.js';

vi.setConfig({ testTimeout: 300_000 }); // many whole commands, on a machine that does other things as well

const CLI = fileURLToPath(new URL('../../out/engine/cli.js', import.meta.url));
const PRELOAD = new URL('../../out/test/faults/preload.js', import.meta.url).href;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-below-'));
});
afterEach(() => rm(folder, { recursive: true }));

function call(words: readonly string[], fault?: Fault) {
  const env = { ...process.env, NODE_OPTIONS: `--import ${PRELOAD}` };
  const told = fault === undefined ? {} : { REGRIP_TEST_FAULT: JSON.stringify(fault) };
  return spawnSync(process.execPath, [CLI, ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, ...told },
  });
}

function expectTold({ status, stderr }: ReturnType<typeof call>, message: RegExp): void {
  expect(status, stderr).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/\n {2}→ .+/);
  expect(stderr).not.toMatch(/^ +at /m);
}

test('convert: a decoder meets a full disk, and a resume goes on', async () => {
  const words = [
    'convert',
    '--input',
    MINI,
    '--output',
    'out.zarr',
    '--resolution',
    '16',
    '9',
    '--processes',
    '2',
  ];
  const fault: Fault = {
    operation: 'handle.writeFile',
    nth: 2,
    errno: 'ENOSPC',
    under: 'data/image/',
    lasting: true,
  };
  expectTold(call(words, fault), /data\/image\/\d[\d.]*: the disk is full \(ENOSPC\)/);
  expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(existsSync(join(folder, 'out.zarr'))).toBe(false);
  expect(call([...words, '--resume']).status).toBe(0);
  expect(call(words.map((word) => (word === 'out.zarr' ? 'whole.zarr' : word))).status).toBe(0);
  expect(await fileHashes(join(folder, 'out.zarr'))).toEqual(await fileHashes(join(folder, 'whole.zarr')));
});

test('finetune: the trainer meets a full disk, and the state is kept', { tags: 'engine' }, async () => {
  const words = [
    ...['finetune', NEW_CONFIG, `task.dataset.zarr_path=${DATA_SET}`, '+regrip.backend=tensorflow-cpu'],
    ...['training.num_epochs=1', 'training.max_train_steps=3', 'dataloader.batch_size=2', '--run-dir', 'run'],
  ];
  const fault: Fault = {
    operation: 'appendFile',
    nth: 2,
    errno: 'ENOSPC',
    under: 'logs.json.txt',
    lasting: true,
  };
  expectTold(call(words, fault), /logs\.json\.txt: the disk is full .* kept in \S+run\.rescued-step-2\.ckpt/);
  expect(existsSync(join(folder, 'run.rescued-step-2.ckpt'))).toBe(true);
  expect(existsSync(join(folder, 'run/.regrip.lock'))).toBe(false);
});
