import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type History, readHistory } from '../../../engine/work/report/history.js';
import { upstreamLog } from './runs.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-history-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function historyOf(text: string): Promise<History> {
  const path = join(folder, 'logs.json.txt');
  await writeFile(path, text);
  return readHistory(path);
}

const line = (step: number, epoch: number, loss: number | string, more = ''): string =>
  `{"train_loss": ${loss}, "global_step": ${step}, "epoch": ${epoch}, "lr": 0.0001${more}}\n`;

test("upstream's log: the line with the epoch's values ends it", async () => {
  const { rows, epochEnds } = await historyOf(upstreamLog(3));
  expect(rows).toHaveLength(12);
  expect(epochEnds.map((row) => row.step)).toEqual([3, 7, 11]);
});

test('a resume that does steps again: the later lines count', async () => {
  const first = line(0, 0, 0.9) + line(1, 0, 0.8) + line(2, 1, 0.7) + line(3, 1, 0.6);
  const { rows, restarts, redone } = await historyOf(first + line(2, 1, 0.5) + line(3, 1, 0.4));
  expect(rows.map((row) => row.values['train_loss'])).toEqual([0.9, 0.8, 0.5, 0.4]);
  expect({ restarts, redone }).toEqual({ restarts: 1, redone: 2 });
});

test('upstream logs the last step twice under max_train_steps, which is not a resume', async () => {
  const log = line(0, 0, 0.9) + line(1, 0, 0.8) + line(1, 0, 0.85, ', "val_loss": 0.7');
  const { rows, epochEnds, restarts } = await historyOf(log);
  expect(rows.map((row) => row.values['train_loss'])).toEqual([0.9, 0.85]);
  expect(epochEnds).toHaveLength(1);
  expect(restarts).toBe(0);
});

test('NaN and infinities are values; half a line at the end and strangers are counted', async () => {
  const log = `${line(0, 0, 'NaN')}${line(1, 0, '-Infinity')}no json\n[1]\n{"loss": 1}\n{"train_loss": 0.5, "glob`;
  const { rows, unreadable } = await historyOf(log);
  expect(rows.map((row) => row.values['train_loss'])).toEqual([Number.NaN, Number.NEGATIVE_INFINITY]);
  expect(unreadable).toBe(4);
});

test('the last line ends its epoch only when the epoch is whole', async () => {
  const whole = line(0, 0, 1) + line(1, 0, 1) + line(2, 1, 1) + line(3, 1, 1);
  expect((await historyOf(whole)).epochEnds.map((row) => row.step)).toEqual([1, 3]);
  expect((await historyOf(whole + line(4, 2, 1))).epochEnds.map((row) => row.step)).toEqual([1, 3]);
});
