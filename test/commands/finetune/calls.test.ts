import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RegripError } from '../../../engine/base/errors.js';
import { withWayBack } from '../../../engine/commands/finetune/calls.js';
import type { ComposedConfig } from '../../../engine/config/types.js';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import { NotFinite } from '../../../engine/training/notFinite.js';
import { RunFolder, type Runner } from '../../../engine/training/runFolder.js';

let cwd: string;
let folder: RunFolder;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'regrip-way-back-'));
  folder = new RunFolder(join(cwd, 'my run'));
  await folder.prepare({}, [], 'train.yaml');
});
afterEach(() => rm(cwd, { recursive: true }));

const LOST = new NotFinite({
  ...{ event: 'notFinite', what: 'loss', value: Number.NaN, epoch: 2, globalStep: 9, learningRate: 1e-4 },
  ...{ parameters: [], count: 0 },
});

/** Saved after `steps` steps. */
function checkpoint(name: string, steps: number, value = 1): Promise<void> {
  const read = () => new Uint8Array(Float32Array.of(value).buffer);
  const model = [{ key: 'head.weight', shape: [1], dtype: 'float32', read }];
  const pickles = { epoch: steps - 1, global_step: steps - 1 };
  return writeCheckpoint(join(folder.checkpoints, name), { config: {}, stateDicts: { model }, pickles });
}

async function told(
  call: {
    runner?: Runner;
    oldCkpt?: string;
    maps?: string[];
    init?: string;
    overrides?: readonly string[];
    backend?: string;
  } = {},
  signal?: AbortSignal,
) {
  const words = { configFile: 'train.yaml', overrides: ['a=1'], runner: 'builtin' as const, ...call };
  const config = { resolved: { optimizer: { learning_rate: 1e-4 } } } as unknown as ComposedConfig;
  const error = (await withWayBack(LOST, words, config, { cwd, folder }, signal)) as RegripError;
  return { message: error.message, hint: error.hint! };
}

test('the run goes on from its latest checkpoint; a rate of the call gives way to the lower one', async () => {
  await checkpoint('latest.ckpt', 4);
  const overrides = ['optimizer.learning_rate=1e-4', 'training.resume=False', "name='it is'"];
  const { message, hint } = await told({ overrides });
  expect(message).toMatch(
    /complete, finite checkpoint is my run\/checkpoints\/latest\.ckpt \(4 steps, 4 epochs done\)$/,
  );
  expect(hint).toBe(
    `to continue from it with a lower learning rate: regrip finetune train.yaml 'name='\\''it is'\\''' optimizer.learning_rate=0.00001 training.resume=True --run-dir 'my run'`,
  );
});

test('the backend that was chosen stays', async () => {
  await checkpoint('latest.ckpt', 4);
  expect((await told({ backend: 'wasm' })).hint).toMatch(/ --backend wasm$/);
});

test('a run without a usable checkpoint begins again from the old one, with its map', async () => {
  await checkpoint('latest.ckpt', 4, Number.NaN);
  const { hint } = await told({ oldCkpt: 'old.ckpt', maps: ['gripper@0=new'] });
  expect(hint).toContain(' --old-ckpt old.ckpt --map gripper@0=new');
});

test('an earlier stop request does not hide a complete checkpoint', async () => {
  await checkpoint('latest.ckpt', 4);
  const { message, hint } = await told({}, AbortSignal.abort());
  expect(message).toMatch(
    /complete, finite checkpoint is my run\/checkpoints\/latest\.ckpt \(4 steps, 4 epochs done\)$/,
  );
  expect(hint).toMatch(/^to continue from it/);
});

test('one that is not finite or incomplete is skipped and named', async () => {
  await checkpoint('epoch=3.ckpt', 3);
  await checkpoint('latest.ckpt', 4, Number.NaN);
  await writeFile(join(folder.checkpoints, 'torn.ckpt'), 'half');
  const { message, hint } = await told();
  expect(message).toMatch(
    /is my run\/checkpoints\/epoch=3\.ckpt .*; incomplete or not finite: .*latest\.ckpt/,
  );
  expect(hint).toMatch(/--init 'my run\/checkpoints\/epoch=3\.ckpt' --run-dir 'my run-lower-lr'$/);
});

test('train.py would take the rate that the checkpoint holds, so it starts anew from the weights', async () => {
  await checkpoint('latest.ckpt', 4);
  const { hint } = await told({ runner: 'python' });
  expect(hint).toMatch(
    /--init 'my run\/checkpoints\/latest\.ckpt' --run-dir 'my run-lower-lr' --runner python$/,
  );
});

test('a checkpoint whose loss had diverged is not offered: the weights that the run started from are', async () => {
  await checkpoint('latest.ckpt', 2);
  for (const [step, loss] of [0.3, 5e6].entries())
    await folder.append({ train_loss: loss, global_step: step, epoch: step, lr: 1e-4 });
  const { message, hint } = await told({ init: 'old.ckpt' });
  expect(message).toMatch(
    /2 epochs done\), but its training loss had already diverged, from 0\.3 to 5\.000e\+6$/,
  );
  expect(hint).toMatch(/^to start again with .* --init old\.ckpt --run-dir 'my run-lower-lr'$/);
});

test('a resumed run still knows the weights that it began with', async () => {
  await writeFile(join(folder.path, 'adapted.ckpt'), '');
  expect((await told()).hint).toMatch(/--init '\S*my run\/adapted\.ckpt' --run-dir 'my run'$/);
});

test('any other error stays as it is', async () => {
  const other = new RegripError({ code: 'worker-crashed', message: 'gone' });
  const words = { configFile: 'train.yaml', overrides: [], runner: 'builtin' as const };
  expect(await withWayBack(other, words, {} as ComposedConfig, { cwd, folder })).toBe(other);
});
