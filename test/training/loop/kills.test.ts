// @module-tag engine
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, watch } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { asNumber, at } from '../../../engine/base/plain.js';
import { Stream } from '../../../engine/base/streams.js';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import { RunFolder } from '../../../engine/training/runFolder.js';
import { DATA_SET } from '../../adapt/fixtures.js';
import { fingerprints } from './fingerprints.js';
import type { KilledRunMessage, TinyRun } from './killedRun.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const KILLS = 50;
const LONGEST_LIFE_MS = 250;
const PROGRAM = fileURLToPath(new URL('../../../out/test/training/loop/killedRun.js', import.meta.url));

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

/** Its matrices are too small to share. */
const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', TF_NUM_INTRAOP_THREADS: '1' };

/** A process that has loaded the engine; the next ones load meanwhile. */
async function nextProcess(): Promise<ChildProcess> {
  while (warm.length < WARM) {
    const child = fork(PROGRAM, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env });
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

interface Begun {
  readonly child: ChildProcess;
  readonly training: Promise<boolean>;
  readonly done: Promise<boolean>;
}

async function begin(runDir: string): Promise<Begun> {
  const child = await nextProcess();
  const begun = { child, training: message(child, 'training'), done: message(child, 'done') };
  child.send({ runDir, dataset: DATA_SET } satisfies TinyRun);
  return begun;
}

async function finish(runDir: string): Promise<void> {
  const { done } = await begin(runDir);
  expect(await done).toBe(true);
}

/** What the moment of a kill is counted from: the word to begin (it loads, it repairs), the first step, a file being written. */
const FROM = ['start', 'step', 'write'] as const;

/** Kills the run at a random moment; true when it had ended by itself. */
async function killOnce(runDir: string, from: (typeof FROM)[number], moments: Stream): Promise<boolean> {
  const { child, training, done } = await begin(runDir);
  if (from === 'step') await training;
  const moment =
    from === 'write'
      ? halfWritten(join(runDir, 'checkpoints'), 1 + moments.below(2))
      : wait(moments.below(LONGEST_LIFE_MS));
  const ended = await Promise.race([done, moment]);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (ended === true || !child.kill('SIGKILL')) return true;
  await gone;
  return false;
}

/** Resolves as soon as so many files were begun beside their targets. */
function halfWritten(checkpoints: string, count: number): Promise<void> {
  mkdirSync(checkpoints, { recursive: true });
  const seen = new Set<string>();
  return new Promise((resolve) => {
    const watcher = watch(checkpoints, { persistent: false }, (_event, name) => {
      if (name?.endsWith('.tmp') && existsSync(join(checkpoints, name))) seen.add(name);
      if (seen.size < count) return;
      watcher.close();
      resolve();
    });
  });
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
  expect(await readdir(runDir)).toEqual(await readdir(whole));
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
    if (await killOnce(here(), FROM[remains.length % FROM.length]!, moments)) {
      await expectSame(here(), whole);
      rounds++;
    } else remains.push(await examine(here()));
  }
  await finish(here());
  await expectSame(here(), whole);
  // Without these the kills would have missed what they are for.
  expect(remains.filter(({ linesAhead }) => linesAhead > 0).length).toBeGreaterThan(5);
  expect(remains.filter(({ halves }) => halves > 0).length).toBeGreaterThan(2);
});
