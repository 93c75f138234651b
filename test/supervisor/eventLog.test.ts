import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EventLog } from '../../engine/supervisor/eventLog.js';
import { jobEvent } from '../../engine/wire/jobs.js';
import type { TrainEvent } from '../../engine/wire/workerMessages.js';

let folder: string;
let path: string;
let problems: Error[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-log-'));
  path = join(folder, 'events.jsonl');
  problems = [];
});
afterEach(() => rm(folder, { recursive: true }));

const open = (maxBytes?: number, at = path) =>
  EventLog.open(at, (problem) => problems.push(problem), maxBytes);
const say = (log: EventLog, from: number, to: number): void => {
  for (let i = from; i <= to; i++) log.append({ kind: 'log', text: `line ${i}` }, 1000 + i);
};
const numbers = (log: EventLog, from = 1, maxBytes = 1e9) => log.page(from, maxBytes).map(({ seq }) => seq);
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i);

test('what was told is there again after the process has gone', async () => {
  const log = await open();
  say(log, 1, 100);
  await log.flush();
  const again = await open();
  expect([again.first, again.last]).toEqual([1, 100]);
  expect(again.page(1, 1e9)).toEqual(log.page(1, 1e9));
  say(again, 101, 101);
  await again.flush();
  expect(numbers(await open())).toEqual(upTo(101));
});

test('readers are told of what is on disk, and never before', async () => {
  const log = await open();
  const seen: number[] = [];
  const unsubscribe = log.subscribe(() => {
    for (const seq of numbers(log, (seen.at(-1) ?? 0) + 1)) seen.push(seq);
  });
  say(log, 1, 10);
  expect(numbers(log)).toEqual([]);
  await log.flush();
  expect(seen).toEqual(upTo(10));
  unsubscribe();
  expect(log.hasReaders).toBe(false);
});

test('a page holds what fits, and at least one event', async () => {
  const log = await open();
  say(log, 1, 10);
  await log.flush();
  const bytes = JSON.stringify(log.page(1, 1)[0]).length;
  expect(numbers(log, 1, 1)).toEqual([1]);
  expect(numbers(log, 4, 3 * bytes)).toEqual([4, 5, 6]);
  expect(numbers(log, 11)).toEqual([]);
});

test('a line that was written by halves is dropped, and the next one is whole', async () => {
  const log = await open();
  say(log, 1, 5);
  await log.flush();
  const text = await readFile(path, 'utf8');
  await truncate(path, text.length - 10);
  const again = await open();
  expect(numbers(again)).toEqual(upTo(4));
  say(again, 5, 6);
  await again.flush();
  expect(numbers(await open())).toEqual(upTo(6));
});

test('what does not follow on is dropped, whatever a damaged file holds', async () => {
  const log = await open();
  say(log, 1, 5);
  await log.flush();
  const lines = (await readFile(path, 'utf8')).split('\n');
  await writeFile(path, [lines[0], lines[1], 'null', lines[3], ''].join('\n'));
  expect(numbers(await open())).toEqual([1, 2]);
});

test('it stays bounded: the oldest go, the numbers stay', async () => {
  const MAX = 10_000;
  const log = await open(MAX);
  for (let i = 0; i < 20; i++) {
    say(log, i * 50 + 1, i * 50 + 50);
    await log.flush();
    expect((await readFile(path)).length).toBeLessThan(MAX + 50 * 100);
  }
  expect(log.last).toBe(1000);
  expect(log.first).toBeGreaterThan(800);
  expect(numbers(log)).toEqual(upTo(1000 - log.first + 1, log.first));
  const again = await open(MAX);
  expect([again.first, again.last]).toEqual([log.first, 1000]);
});

test('a disk that refuses is said, and readers still hear', async () => {
  const log = await open(undefined, join(folder, 'nowhere', 'events.jsonl'));
  const heard: number[] = [];
  log.subscribe(() => heard.push(...numbers(log)));
  say(log, 1, 2);
  await log.flush();
  expect(heard).toEqual([1, 2]);
  expect(problems).toHaveLength(1);
});

test('a loss that is not a number comes back from the disk as it was', async () => {
  const log = await open();
  const values = { train_loss: Number.NaN, val_loss: Number.POSITIVE_INFINITY, lr: -0 };
  log.append({ kind: 'result', result: values }, 1);
  await log.flush();
  const [event] = (await open()).page(1, 1000);
  expect(event?.told).toStrictEqual({ kind: 'result', result: values });
});

test('a training that ended as a number was none is told to every client as it was', async () => {
  const log = await open();
  const place = { epoch: 1, globalStep: 3, learningRate: 1e-4, parameters: ['model.head.bias'], count: 2 };
  const event: TrainEvent = {
    event: 'notFinite',
    what: 'loss',
    value: Number.NEGATIVE_INFINITY,
    ...place,
  };
  log.append({ kind: 'train', event }, 1);
  await log.flush();
  const [told] = (await open()).page(1, 1000);
  expect(v.parse(jobEvent, told)).toEqual({ seq: 1, time: 1, told: { kind: 'train', event } });
});
