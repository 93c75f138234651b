import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EventFile } from '../../../engine/formats/tensorboard/eventFile.js';
import { peerPython } from '../../peers.js';
import { readEvents } from './readEvents.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-events-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function start(firstStep: number, losses: readonly number[]): Promise<string> {
  const file = await EventFile.create(folder, firstStep);
  for (const [i, loss] of losses.entries()) await file.scalars(firstStep + i, { 'train/loss': loss });
  await file.close();
  return file.path;
}

describe('an events file', () => {
  test('begins with its version and the step from which older files are superseded', async () => {
    const before = Date.now() / 1000;
    const { events, torn } = readEvents(await readFile(await start(300, [])));
    expect(torn).toBe(0);
    expect(events.map(({ fileVersion, sessionStatus, step }) => [fileVersion, sessionStatus, step])).toEqual([
      ['brain.Event:2', undefined, 0n],
      [undefined, 1, 300n],
    ]);
    expect(events[0]!.wallTime).toBeGreaterThanOrEqual(before);
  });

  test('holds several values a step, NaN, infinities and steps beyond 32 bits', async () => {
    const file = await EventFile.create(folder, 0);
    await file.scalars(2 ** 40, { 'val/loss': 0.125, 'val/größe': Number.NaN, 'val/gripper_f1_2': 1 });
    await file.scalars(2 ** 40 + 1, { 'val/loss': Number.NEGATIVE_INFINITY });
    await file.close();
    const events = readEvents(await readFile(file.path)).events.slice(2);
    expect(events.map((event) => [event.step, event.scalars])).toEqual([
      [2n ** 40n, { 'val/loss': 0.125, 'val/größe': Number.NaN, 'val/gripper_f1_2': 1 }],
      [2n ** 40n + 1n, { 'val/loss': Number.NEGATIVE_INFINITY }],
    ]);
  });

  test('that was cut short loses its last record alone', async () => {
    const path = await start(0, [0.5, 0.25]);
    await truncate(path, (await readFile(path)).length - 3);
    const { events, torn } = readEvents(await readFile(path));
    expect(events.slice(2).map((event) => event.scalars)).toEqual([{ 'train/loss': 0.5 }]);
    expect(torn).toBeGreaterThan(0);
  });
});

test('each start opens a file of its own, in the order of their names', async () => {
  const paths = [await start(0, [1]), await start(1, [0.5]), await start(2, [0.25])];
  expect((await readdir(folder)).sort().map((name) => join(folder, name))).toEqual(paths);
});

const python = peerPython(['tensorboard']);

test.skipIf(python === undefined)(
  'TensorBoard reads it, and drops what a resume did again (needs a python with tensorboard)',
  async () => {
    await start(0, [1, 0.5, 0.25, 0.125]);
    await start(2, [0.75, 0.625]);
    const program = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]); events.Reload()
print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()['scalars']}))`;
    const { stdout, stderr } = spawnSync(python!, ['-c', program, folder], { encoding: 'utf8' });
    expect(JSON.parse(stdout || stderr)).toEqual({
      'train/loss': [
        [0, 1],
        [1, 0.5],
        [2, 0.75],
        [3, 0.625],
      ],
    });
  },
);
