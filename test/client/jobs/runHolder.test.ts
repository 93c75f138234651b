/** Watches for a process that trains in a run folder without a job of this engine. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunHolder } from '../../../client/jobs/runHolder.js';
import { RunModel } from '../../../client/panels/runModel.js';
import { markOf } from '../../../engine/base/process.js';

let folder: string;
let trainer: ReturnType<typeof spawn>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-holder-'));
  trainer = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
});
afterEach(() => {
  trainer.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const record = (pid: number) =>
  writeFileSync(
    join(folder, 'regrip.json'),
    JSON.stringify({ host: hostname(), state: 'running', runner: 'builtin', ...markOf(pid) }),
  );
const controls = (model: RunModel) => {
  const [header] = model.snapshot();
  return header?.type === 'runHeader' ? header.header.controls : undefined;
};

test('a run that somebody else trains can be stopped, until that process is gone', async () => {
  record(trainer.pid!);
  const model = new RunModel({ name: 'r', runDir: folder });
  model.setState('done');
  const holder = new RunHolder(folder, model, () => false);
  await holder.look();
  expect([holder.found?.pid, controls(model)]).toEqual([trainer.pid, ['stopNow']]);
  const ended = new Promise((resolve) => trainer.once('exit', resolve));
  trainer.kill('SIGKILL');
  await ended;
  await expect.poll(() => holder.found, { timeout: 10_000 }).toBeUndefined();
  expect(controls(model)).toEqual([]);
  holder.dispose();
});

test('one that a job of the engine trains is that job’s', async () => {
  record(trainer.pid!);
  const model = new RunModel({ name: 'r', runDir: folder });
  const holder = new RunHolder(folder, model, () => true);
  await holder.look();
  expect(holder.found).toBeUndefined();
  holder.dispose();
});

test('a panel that is closed meanwhile is told nothing', async () => {
  record(trainer.pid!);
  const model = new RunModel({ name: 'r', runDir: folder });
  let told = 0;
  model.changed.listen(() => told++);
  const holder = new RunHolder(folder, model, () => false);
  const looking = holder.look();
  holder.dispose();
  await looking;
  expect(told).toBe(0);
});
