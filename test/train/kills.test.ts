import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { asNumber, at } from '../../engine/base/plain.js';
import { Stream } from '../../engine/base/streams.js';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import { RunFolder } from '../../engine/train/runFolder.js';
import { DATA_SET } from '../adapt/fixtures.js';
import { fingerprints } from './fingerprints.js';
import type { KilledRunMessage, TinyRun } from './killedRun.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const KILLS = 50;
/** From the word to begin: while it loads, trains, measures and writes. */
const LONGEST_LIFE_MS = 600;
const PROGRAM = fileURLToPath(new URL('../../out/test/train/killedRun.js', import.meta.url));

let folder: string;
/** Processes that load the engine meanwhile; a start takes a second, a life less. */
const warm: { readonly child: ChildProcess; readonly ready: Promise<boolean> }[] = [];
const WARM = 3;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-kills-'));
});
afterAll(async () => {
  for (const { child } of warm) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** A process that has loaded the engine; the next ones load meanwhile. */
async function nextProcess(): Promise<ChildProcess> {
  while (warm.length < WARM) {
    const child = fork(PROGRAM, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    warm.push({ child, ready: message(child, 'ready') });
  }
  const { child, ready } = warm.shift()!;
  expect(await ready).toBe(true);
  return child;
}

/** Resolves with true at the message, with false when the process ends without it. */
function message(child: ChildProcess, wanted: KilledRunMessage): Promise<boolean> {
  return new Promise((resolve) => {
    child.on('message', (found: KilledRunMessage) => found === wanted && resolve(true));
    child.once('exit', () => resolve(false));
  });
}

async function begin(runDir: string): Promise<{ child: ChildProcess; done: Promise<boolean> }> {
  const child = await nextProcess();
  const done = message(child, 'done');
  child.send({ runDir, dataset: DATA_SET } satisfies TinyRun);
  return { child, done };
}

async function finish(runDir: string): Promise<void> {
  const { done } = await begin(runDir);
  expect(await done).toBe(true);
}

/** Lets the run live for so long, then kills it; true when it had ended by itself. */
async function killAfter(runDir: string, milliseconds: number): Promise<boolean> {
  const { child, done } = await begin(runDir);
  const ended = await Promise.race([done, wait(milliseconds, undefined)]);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (ended === true || !child.kill('SIGKILL')) return true;
  await gone;
  return false;
}

/** What a kill left: half-written files, and logged steps that the checkpoint does not know. */
interface Remains {
  readonly halves: number;
  readonly linesAhead: number;
}

/** Every checkpoint under its own name opens and all its tensors are there. */
async function examine(runDir: string): Promise<Remains> {
  const run = new RunFolder(runDir);
  const names = existsSync(run.checkpoints) ? await readdir(run.checkpoints) : [];
  const halves = names.filter((name) => name.endsWith('.tmp'));
  let step = 0;
  for (const name of names.filter((one) => !halves.includes(one))) {
    expect(name).toMatch(/^(latest|epoch=\d{4}-train_loss=\d\.\d{3})\.ckpt$/);
    await fingerprints(join(run.checkpoints, name));
    if (name === 'latest.ckpt') step = await stepOf(run.latest);
  }
  const log = await readFile(join(runDir, 'logs.json.txt'), 'utf8').catch(() => '');
  return { halves: halves.length, linesAhead: log.split('\n').length - 1 - step };
}

async function stepOf(checkpoint: string): Promise<number> {
  const { index, close } = await openCheckpoint(checkpoint);
  await close();
  return asNumber(at(index.pickles, ['regrip_train', 'global_step']))!;
}

/** Bit for bit: numbers are compared as the text that was logged. */
async function expectSame(runDir: string, whole: string): Promise<void> {
  const log = (of: string) => readFile(join(of, 'logs.json.txt'), 'utf8');
  expect(await log(runDir)).toBe(await log(whole));
  const names = (of: string) => readdir(join(of, 'checkpoints'));
  expect(await names(runDir)).toEqual(await names(whole));
  for (const name of await names(whole)) {
    const hashes = (of: string) => fingerprints(join(of, 'checkpoints', name));
    expect(await hashes(runDir)).toEqual(await hashes(whole));
  }
}

test(`a run that is killed ${KILLS} times and resumed each time equals one that was not`, async () => {
  const whole = join(folder, 'whole');
  await finish(whole);
  const moments = new Stream(50, 'shuffle');
  const remains: Remains[] = [];
  let rounds = 0;
  const here = () => join(folder, `round-${rounds}`);
  while (remains.length < KILLS) {
    if (await killAfter(here(), moments.below(LONGEST_LIFE_MS))) {
      await expectSame(here(), whole);
      rounds++;
    } else remains.push(await examine(here()));
  }
  await finish(here());
  await expectSame(here(), whole);
  // Without these the kills would have missed what they are for.
  expect(remains.filter(({ linesAhead }) => linesAhead > 0).length).toBeGreaterThan(5);
  expect(remains.filter(({ halves }) => halves > 0).length).toBeGreaterThan(0);
  console.log(rounds, JSON.stringify(remains));
});
