/** A process that trains in a run folder is found by the folder's record, and interrupted only while it is that process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { markOf } from '../../../engine/base/process.js';
import { livingRun, stopLivingRun } from '../../../engine/formats/run/livingRun.js';

const runDir = await mkdtemp(join(tmpdir(), 'regrip-living-'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rm(runDir, { recursive: true }));

async function trainer(): Promise<ChildProcess> {
  const wait = "process.on('SIGINT', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up')";
  const child = spawn(process.execPath, ['-e', wait], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

const record = (more: object) => writeFile(join(runDir, 'regrip.json'), JSON.stringify(more));

test('the one that lives is found, and takes the interrupt', async () => {
  const child = await trainer();
  await record({ host: hostname(), state: 'running', runner: 'python', ...markOf(child.pid!) });
  const found = (await livingRun(runDir))!;
  expect(found).toMatchObject({ pid: child.pid, runner: 'python' });
  expect(found.command).toContain('SIGINT');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  expect(await stopLivingRun(runDir, found)).toBe(true);
  expect(await ended).toBe(7);
  expect(await livingRun(runDir)).toBeUndefined();
  expect(await stopLivingRun(runDir, found)).toBe(false);
});

test('nothing is said of a process that may be another one', async () => {
  const child = await trainer();
  const whole = { host: hostname(), state: 'running', runner: 'builtin', ...markOf(child.pid!) };
  for (const other of [
    { host: 'elsewhere' },
    { state: 'done' },
    { birth: 'another start:1' },
    { birth: undefined },
    { pid: 1 },
    { pid: -child.pid! },
    { pid: `${child.pid}` },
    { pid: 2 ** 31 },
  ]) {
    await record({ ...whole, ...other });
    expect(await livingRun(runDir), JSON.stringify(other)).toBeUndefined();
  }
  await record(whole);
  expect(await livingRun(runDir)).toBeDefined();
  await writeFile(join(runDir, 'regrip.json'), '{"state": "running", ');
  expect(await livingRun(runDir)).toBeUndefined();
});
