/** Two processes that write one output: the second is refused by name, whatever the command; a dead one's place is taken. */
// @module-tag engine
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { machineOf, markOf } from '../../engine/base/process.js';
import { DATA_SET, NEW_CONFIG, unpackCheckpoint } from '../adapt/fixtures.js';
import { fileHashes, MINI } from '../work/convert/folders.js';
import { runFolder, upstreamLog } from '../work/report/runs.js';

vi.setConfig({ testTimeout: 300_000 }); // many whole commands, on a machine that does other things as well

const CLI = fileURLToPath(new URL('../../out/engine/cli.js', import.meta.url));

let folder: string;
let old: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-two-'));
  old = await unpackCheckpoint('policy-7d', folder);
  await runFolder(join(folder, 'reported'), { 'logs.json.txt': upstreamLog(2) });
});
afterAll(() => rm(folder, { recursive: true }));

interface Call {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly err: string }>;
}

function start(words: readonly string[]): Call {
  const child = spawn(process.execPath, [CLI, ...words], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<{ code: number | null; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, err })),
  );
  return { child, ended };
}

/** Stands still from the moment at which it holds the lock. */
async function startAndFreeze(words: readonly string[], lock: string): Promise<Call> {
  const call = start(words);
  while (!existsSync(join(folder, lock))) {
    expect(call.child.exitCode, 'ended before it held its lock').toBeNull();
    await wait(1);
  }
  call.child.kill('SIGSTOP');
  return call;
}

const convert = (output: string): string[] => [
  'convert',
  '--input',
  MINI,
  '--output',
  output,
  '--resolution',
  '32',
  '18',
];
const adapt = (output: string): string[] => [
  'adapt',
  '--old-ckpt',
  old,
  '--new-ckpt',
  output,
  '--config',
  NEW_CONFIG,
  `task.dataset.zarr_path=${DATA_SET}`,
];
const finetune = (run: string): string[] => [
  ...['finetune', NEW_CONFIG, `task.dataset.zarr_path=${DATA_SET}`, '+regrip.backend=tensorflow-cpu'],
  ...['training.num_epochs=1', 'training.max_train_steps=2', 'dataloader.batch_size=2', '--run-dir', run],
];

const COMMANDS = [
  ['convert', convert, 'a.zarr', '.a.zarr.lock'],
  ['adapt', adapt, 'a.ckpt', '.a.ckpt.lock'],
  ['finetune', finetune, 'run', 'run/.regrip.lock'],
] as const;

describe.each(COMMANDS)('%s', (name, words, output, lock) => {
  test('a second one is told who writes, since when, and how to stop it; the first is not disturbed', async () => {
    const first = await startAndFreeze(words(output), lock);
    try {
      for (const more of [[], name === 'finetune' ? [] : ['--overwrite']]) {
        const second = await start([...words(output), ...more]).ended;
        expect(second.code).toBe(1);
        expect(second.err).toContain(`process ${first.child.pid} (regrip ${name}`);
        expect(second.err).toMatch(/has been writing here since 20\d\d-\d\d-\d\dT/);
        expect(second.err).toContain(`stop it (kill -INT ${first.child.pid})`);
      }
    } finally {
      first.child.kill('SIGCONT');
    }
    const { code, err } = await first.ended;
    expect(code, err).toBe(0);
    expect(existsSync(join(folder, lock))).toBe(false);
  });

  test('the place of one that was killed is taken', async () => {
    const again = `again-${output}`;
    const killed = await startAndFreeze(words(again), lock.replace(output, again));
    killed.child.kill('SIGKILL');
    await killed.ended;
    const { code, err } = await start([...words(again), ...(name === 'convert' ? ['--overwrite'] : [])])
      .ended;
    expect(code, err).toBe(0);
  });
});

test('a whole data set comes of the convert that a second one met', async () => {
  const whole = join(folder, 'whole.zarr');
  await start(convert(whole)).ended;
  expect(await fileHashes(join(folder, 'a.zarr'))).toEqual(await fileHashes(whole));
});

test.each([
  ['report', (to: string) => ['report', 'reported', '--output', to], 'page.html'],
  ['adapt', adapt, 'raced.ckpt'],
] as const)('of several %s that start at a time to one output one succeeds', async (_, words, to) => {
  const calls = Array.from({ length: 3 }, () => start(words(to)));
  const ends = await Promise.all(calls.map(({ ended }) => ended));
  expect(ends.map(({ code }) => code).sort()).toEqual([0, 1, 1]);
  for (const { err } of ends.filter(({ code }) => code === 1))
    expect(err).toMatch(/the file already exists|has been writing here since/);
  expect((await readdir(folder)).filter((one) => one.startsWith(`.${to}`))).toEqual([]);
});

describe('a lock of another machine on a shared drive', () => {
  const put = (holder: object): Promise<void> =>
    writeFile(join(folder, '.shared.ckpt.lock'), JSON.stringify({ job: 'regrip adapt', ...holder }));

  test('is not taken, however dead its process looks from here: the message names the host and the file', async () => {
    await put({ pid: 4194303, machine: 'gpu7 pid:[1]', host: 'gpu7', since: '2026-01-02T03:04:05.000Z' });
    const { code, err } = await start(adapt('shared.ckpt')).ended;
    expect(code).toBe(1);
    expect(err).toContain('process 4194303 on gpu7 (regrip adapt) has been writing here since 2026-01-02');
    expect(err).toContain(`remove ${join(folder, '.shared.ckpt.lock')}`);
  });

  test('and of this one by another name of the place, which a link makes', async () => {
    await put({ ...markOf(process.pid), machine: machineOf(), host: hostname() });
    await symlink(folder, join(folder, 'link'));
    const { code, err } = await start(adapt('link/shared.ckpt')).ended;
    expect(code).toBe(1);
    expect(err).toContain(`process ${process.pid} (regrip adapt)`);
    await rm(join(folder, 'link'));
  });

  test('is taken when a process of this machine only had the same number', async () => {
    await put({ pid: process.pid, birth: 'an earlier start:17', machine: machineOf(), host: hostname() });
    const { code, err } = await start(adapt('shared.ckpt')).ended;
    expect(code, err).toBe(0);
    expect((await readFile(join(folder, 'shared.ckpt'))).length).toBeGreaterThan(1e5);
  });
});
