/** The run folders below some folders, the newest first, each with its last logged values. */

import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutMark } from '../../base/byteOrderMark.js';
import { throwIfAborted } from '../../base/errors.js';
import { parseLogLine } from './trainLog.js';

export interface FoundRun {
  /** Absolute. */
  readonly path: string;
  /** Of `regrip.json`; undefined for a run of another trainer. */
  readonly state: string | undefined;
  readonly epoch: number | undefined;
  readonly globalStep: number | undefined;
  readonly trainLoss: number | undefined;
  /** Whether there is something to resume from. */
  readonly hasLatest: boolean;
  /** Milliseconds of the last change to its log. */
  readonly changed: number;
}

/** Runs lie in a folder of a day in a folder of outputs. */
const MAX_DEPTH = 4;
/** Folders that are looked into: years of daily runs. */
const MAX_FOLDERS = 5000;
const MAX_RUNS = 500;
/** Holds several lines of a log. */
const TAIL_BYTES = 1 << 14;
const NEVER = /^(?:\.|node_modules$|checkpoints$|wandb$|tensorboard$|media$)|\.zarr$/;

/** `looked` is told of each folder and file before it is read, as far as they tell of runs. */
export async function findRuns(
  roots: readonly string[],
  signal?: AbortSignal,
  looked: (path: string) => void = () => undefined,
): Promise<FoundRun[]> {
  const runs: FoundRun[] = [];
  const queue = roots.map((path) => ({ path, depth: 0 }));
  for (let count = 0; queue.length > 0 && count < MAX_FOLDERS && runs.length < MAX_RUNS; count += 1) {
    throwIfAborted(signal);
    const { path, depth } = queue.shift()!;
    looked(path);
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    const names = new Set(entries.map(({ name }) => name));
    if (names.has('logs.json.txt') || names.has('regrip.json')) runs.push(await runAt(path, looked));
    else if (depth < MAX_DEPTH)
      for (const entry of entries)
        if (entry.isDirectory() && !NEVER.test(entry.name))
          queue.push({ path: join(path, entry.name), depth: depth + 1 });
  }
  return runs.sort((a, b) => b.changed - a.changed);
}

async function runAt(path: string, looked: (path: string) => void): Promise<FoundRun> {
  const log = join(path, 'logs.json.txt');
  for (const each of [log, join(path, 'regrip.json'), join(path, 'checkpoints')]) looked(each);
  const last = await lastLogLine(log);
  const times = await Promise.all(
    [log, join(path, 'regrip.json')].map((file) => stat(file).catch(() => undefined)),
  );
  const latest = await stat(join(path, 'checkpoints', 'latest.ckpt')).catch(() => undefined);
  return {
    path,
    state: await recordedState(join(path, 'regrip.json')),
    epoch: last?.['epoch'],
    globalStep: last?.['global_step'],
    trainLoss: last?.['train_loss'],
    hasLatest: latest?.isFile() === true,
    changed: Math.max(0, ...times.map((each) => each?.mtimeMs ?? 0)),
  };
}

/** The last whole line with an epoch in it. */
export async function lastLogLine(log: string): Promise<Readonly<Record<string, number>> | undefined> {
  const file = await open(log, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const lines = (await tail(file).catch(() => '')).split('\n'); // a folder of that name, or a drive that is away
    return lines.map(parseLogLine).findLast((line) => line?.['epoch'] !== undefined);
  } finally {
    await file.close();
  }
}

async function tail(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  const start = Math.max(0, size - TAIL_BYTES);
  const { buffer, bytesRead } = await file.read(
    Buffer.alloc(Math.min(size, TAIL_BYTES)),
    0,
    undefined,
    start,
  );
  return buffer.subarray(0, bytesRead).toString('utf8');
}

async function recordedState(file: string): Promise<string | undefined> {
  try {
    const record = JSON.parse(withoutMark(await readFile(file, 'utf8'))) as { state?: unknown };
    return typeof record.state === 'string' ? record.state : undefined;
  } catch {
    return undefined;
  }
}
