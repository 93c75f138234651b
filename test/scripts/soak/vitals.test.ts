/** What a round leaves behind. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childrenOf, vitalsOf } from '../../../scripts/soak/vitals.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-vitals-'));
  for (const name of ['temporary', 'outputs/a.zarr/data', 'outputs/run/.hydra'])
    mkdirSync(join(folder, name), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));
const put = (name: string) => writeFileSync(join(folder, name), '');
const vitals = () =>
  vitalsOf({ pid: process.pid, temporary: join(folder, 'temporary'), outputs: join(folder, 'outputs') });

test('whatever lies in the temporary folder, and what is hidden among the outputs', async () => {
  for (const name of [
    'outputs/a.zarr/.zgroup',
    'outputs/a.zarr/data/0.0',
    'outputs/run/.hydra/config.yaml',
    'outputs/a.ckpt',
  ])
    put(name);
  expect((await vitals()).leftovers).toEqual([]);
  put('temporary/x');
  put('outputs/a.zarr/data/.0.1.part');
  expect((await vitals()).leftovers).toEqual([
    join(folder, 'temporary/x'),
    join(folder, 'outputs/a.zarr/data/.0.1.part'),
  ]);
});

test('memory and descriptors of the process', async () => {
  const { memory, descriptors } = await vitals();
  expect(Math.abs(memory - process.memoryUsage.rss() / 2 ** 20)).toBeLessThan(100);
  expect(descriptors).toBeGreaterThan(3);
});

test('a process below it, until it ends', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  expect(await childrenOf(process.pid)).toContain(child.pid);
  child.kill('SIGKILL');
  await ended;
  expect(await childrenOf(process.pid)).not.toContain(child.pid);
});
