import { appendFile, writeFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { LogTail } from '../../../engine/formats/run/logTail.js';
import type { LogLine } from '../../../engine/formats/run/trainLog.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const log = () => folder.path('logs.json.txt');
const line = (step: number) => `{"global_step": ${step}}\n`;

const tails: LogTail[] = [];
afterEach(() => {
  for (const tail of tails.splice(0)) tail.dispose();
});

function follow(offset = 0) {
  const steps: (number | undefined)[] = [];
  const calls: number[] = [];
  const tail = new LogTail(
    log(),
    (rows: readonly LogLine[]) => {
      calls.push(rows.length);
      steps.push(...rows.map((row) => row['global_step']));
    },
    offset,
  );
  tails.push(tail);
  return { tail, steps, calls };
}

test('its history, then each line once it is whole', async () => {
  await writeFile(log(), line(1) + line(2));
  const { tail, steps, calls } = follow();
  await tail.read(false);
  expect([steps, calls]).toEqual([[1, 2], [2]]);
  await appendFile(log(), '{"global_st');
  await tail.read(false);
  expect(steps).toEqual([1, 2]);
  await appendFile(log(), `ep": 3}\n${line(4)}`);
  await tail.read(false);
  await tail.read(false);
  expect(steps).toEqual([1, 2, 3, 4]);
});

test('a log that is not there yet is waited for', async () => {
  const { tail, steps } = follow();
  await tail.read(false);
  await writeFile(log(), line(1));
  await tail.read(false);
  expect(steps).toEqual([1]);
});

test('one that a resume has cut back is read from its beginning', async () => {
  await writeFile(log(), line(1) + line(2) + line(3));
  const { tail, steps } = follow();
  await tail.read(false);
  await writeFile(log(), line(1));
  await tail.read(false);
  expect(steps).toEqual([1, 2, 3, 1]);
});

test('what an earlier start logged is passed over', async () => {
  await writeFile(log(), line(1) + line(2));
  const { tail, steps } = follow(line(1).length);
  await tail.read(false);
  expect(steps).toEqual([2]);
});

test('a log larger than one read, and lines that are not of the log', async () => {
  const count = 60_000;
  await writeFile(
    log(),
    `${Array.from({ length: count }, (_, i) => line(i)).join('')}Traceback\n\n${line(-1)}`,
  );
  const { tail, steps } = follow();
  await tail.read(false);
  expect(steps).toEqual([...Array.from({ length: count }, (_, i) => i), -1]);
});

test('it goes on by itself while it is live, until it is disposed', async () => {
  await writeFile(log(), '');
  const { tail, steps } = follow();
  await tail.read(true);
  await appendFile(log(), line(1));
  await expect.poll(() => steps, { timeout: 10_000 }).toEqual([1]);
  tail.dispose();
  await appendFile(log(), line(2));
  await tail.read(true);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(steps).toEqual([1]);
});

test('one that is not live reads once', async () => {
  await writeFile(log(), line(1));
  const { tail, steps } = follow();
  await tail.read(false);
  await appendFile(log(), line(2));
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(steps).toEqual([1]);
});
