/** The whole way under the newest Node that was brought: what a release of Node takes away is seen here first. */
// @module-tag engine
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { NEW_CONFIG, reference, unpackCheckpoint } from '../adapt/fixtures.js';
import { ownFolder } from '../ownFolder.js';

const CLI = fileURLToPath(new URL('../../out/engine/cli.js', import.meta.url));
const newest = process.env['REGRIP_NEWEST_NODE'];
const { path } = ownFolder();

function regrip(...words: string[]): string {
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: '1' };
  const run = spawnSync(newest!, [CLI, ...words], { encoding: 'utf8', cwd: path(), env, timeout: 300_000 });
  expect([words[0], run.status, run.stderr.match(/^.*(?:Warning|Deprecation).*$/m)?.[0]], run.stderr).toEqual(
    [words[0], 0, undefined],
  );
  return run.stdout;
}

test.skipIf(newest === undefined)(
  'convert, inspect, adapt and fine-tune under the newest Node (needs REGRIP_NEWEST_NODE)',
  async () => {
    expect(regrip('--version')).not.toContain(`Node ${process.versions.node}`);
    const old = await unpackCheckpoint('policy-7d', path());
    expect(regrip('doctor', '--no-imports')).toMatch(/finetune on (the CPU|WebAssembly) +(ok|slow)/);
    regrip(
      'convert',
      '--input',
      reference('cogact-mini'),
      '--output',
      'data.zarr',
      '--resolution',
      '160',
      '90',
    );
    const dataSet = `task.dataset.zarr_path=${path('data.zarr')}`;
    expect(regrip('inspect', old)).toContain('every value is finite');
    regrip('adapt', '--old-ckpt', old, '--new-ckpt', 'init.ckpt', '--config', NEW_CONFIG, dataSet);
    const small = ['training.num_epochs=1', 'training.max_train_steps=2', 'training.max_val_steps=1'];
    const batches = ['dataloader.batch_size=2', 'val_dataloader.batch_size=2'];
    const sampled = ['+regrip.sample.steps=2', '+regrip.sample.windows=2'];
    const all = [dataSet, ...small, ...batches, ...sampled];
    const told = regrip('finetune', NEW_CONFIG, '--init', 'init.ckpt', '--run-dir', 'run', ...all);
    expect(told).toContain('done after 1 epoch');
    expect(existsSync(path('run', 'checkpoints', 'latest.ckpt'))).toBe(true);
  },
  400_000,
);
