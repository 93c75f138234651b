/** A policy that is judged here and not computed: its own train.py trains it, and every command that needs it computed says so first. */
// @module-tag engine
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PlainMap } from '../../engine/base/plain.js';
import { writeCheckpoint } from '../../engine/formats/checkpoint/write.js';
import { SMALL } from '../formats/checkpoint/files.js';
import { dp3Config } from '../judge/policy/dp3/configs.js';
import { floats, writeZarr } from '../server/reader/readerFiles.js';
import { regripProcess } from './call.js';

const CONFIG = 'config/train.yaml';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-judged-'));
  await mkdir(join(folder, 'config'));
  const points = floats(40, 96, 40, (step, at) => step + at);
  const cloud = { ...points, layout: { ...points.layout, shape: [40, 32, 3], chunks: [40, 32, 3] } };
  const rows = floats(40, 7, 40, (step, at) => step + at);
  await writeZarr(join(folder, 'd.zarr'), { action: rows, state: rows, point_cloud: cloud }, [20, 40]);
  const config: PlainMap = {
    ...dp3Config('simple'),
    training: { use_ema: true, num_epochs: 1, gradient_accumulate_every: 1 },
    task: { dataset: { zarr_path: 'd.zarr', horizon: 16, pad_before: 1, pad_after: 7, val_ratio: 0.5 } },
    dataloader: { batch_size: 4 },
    // Of what only such a project logs: no word of it before the policy's.
    checkpoint: { topk: { monitor_key: 'test_mean_score', mode: 'max', k: 1, format_str: 'a.ckpt' } },
  };
  await writeFile(join(folder, CONFIG), JSON.stringify(config)); // which is YAML too
  await writeCheckpoint(join(folder, 'old.ckpt'), { ...SMALL, config });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['finetune', ['finetune', CONFIG, '--run-dir', 'run']],
  ['evaluate', ['evaluate', 'old.ckpt', '--weights', 'model']],
  ['predict', ['predict', 'old.ckpt', '--weights', 'model', '--windows', '0']],
])(
  '%s',
  (_, args) => {
    const { code, err } = regripProcess(args, folder);
    expect(code).toBe(1);
    expect(err).toContain('the builtin engine does not compute a diffusion UNet policy over point clouds');
    expect(err).toContain('--runner python');
  },
  60_000,
);
