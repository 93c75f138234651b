import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { NEW_CONFIG, unpackCheckpoint } from '../adapt/fixtures.js';
import { regrip, regripProcess } from './call.js';
import { spoiledData } from './spoiledData.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
let place: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-nan-data-'));
  const row = (ends: readonly number[]) => ends[0]! + 3;
  const { ends } = await spoiledData(join(folder, 'ends.zarr'), 'action', [], 0);
  place = `column 2 at step 3 of episode 1`;
  await spoiledData(
    join(folder, 'action.zarr'),
    'action',
    [row(ends) * 8 + 2, row(ends) * 8 + 19],
    Number.NaN,
  );
  await spoiledData(join(folder, 'time.zarr'), 'timestamp', [5], Number.POSITIVE_INFINITY);
});
afterAll(() => rm(folder, { recursive: true }));

const withData = (name: string) => `task.dataset.zarr_path=${join(folder, name)}`;
const check = async (name: string) => {
  const { out } = await regrip(['check', NEW_CONFIG, withData(name), '--json'], { cwd: folder });
  const { diagnostics } = JSON.parse(out) as {
    diagnostics: { code: string; severity: string; message: string }[];
  };
  return diagnostics.filter(({ code }) => code.endsWith('not-finite'));
};

test('check names the array, how many, the episode and the step', async () => {
  const [found, ...others] = await check('action.zarr');
  expect(others).toEqual([]);
  expect(found).toMatchObject({ code: 'dataset-not-finite', severity: 'error' });
  expect(found!.message).toContain(`action holds 2 values that are NaN or infinite, the first in ${place}`);
  expect(await check('time.zarr')).toMatchObject([
    {
      code: 'column-not-finite',
      severity: 'warning',
      message: expect.stringContaining('step 5 of episode 0'),
    },
  ]);
  expect(await check('ends.zarr')).toEqual([]);
});

test('finetune names it before a run folder is made; a column that is not read ends nothing', async () => {
  const { code, err } = await regrip(
    ['finetune', NEW_CONFIG, withData('action.zarr'), '--run-dir', 'run', '--json'],
    { cwd: folder },
  );
  expect(code).toBe(1);
  expect(err).toContain(`action.zarr: action holds 2 values that are NaN or infinite, the first in ${place}`);
  expect(existsSync(join(folder, 'run'))).toBe(false);
});

test('adapt writes no normaliser that is fitted on it', async () => {
  const old = await unpackCheckpoint('policy-7d', folder);
  const call = ['adapt', '--old-ckpt', old, '--new-ckpt', 'new.ckpt', '--config', NEW_CONFIG];
  const { code, err } = await regrip([...call, withData('action.zarr')], { cwd: folder });
  expect(code).toBe(1);
  expect(err).toMatch(/action is NaN in row \d+ of all steps/);
  expect(existsSync(join(folder, 'new.ckpt'))).toBe(false);
});

test('evaluate names it where a chosen episode holds it, and measures the others', {
  tags: 'engine',
}, async () => {
  const eight = await unpackCheckpoint('policy-8d', folder);
  const evaluate = (episodes: string) =>
    regripProcess(
      [
        'evaluate',
        eight,
        '--data',
        join(folder, 'action.zarr'),
        '--sampler',
        'ddim',
        '--steps',
        '2',
        '--episodes',
        episodes,
      ],
      folder,
    );
  const refused = evaluate('0-2');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('action.zarr: action is NaN or infinite at step 3 of episode 1');
  expect(refused.out).toBe('');
  expect(evaluate('0,2').code).toBe(0);
});
