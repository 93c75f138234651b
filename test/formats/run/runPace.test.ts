import { utimes } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { secondsPerStep } from '../../../engine/formats/run/runPace.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();

/** A run of 10 steps an epoch with checkpoints at the given seconds. */
async function pace(saved: Readonly<Record<string, number>>, log = '{"epoch": 9, "global_step": 99}\n') {
  await folder.write({ 'logs.json.txt': log });
  for (const [name, seconds] of Object.entries(saved)) {
    await folder.write({ [`checkpoints/${name}`]: '' });
    await utimes(folder.path('checkpoints', name), seconds, seconds);
  }
  return secondsPerStep(folder.path());
}

test('by the times between checkpoints, an epoch’s share a step', async () => {
  expect(
    await pace({ 'epoch=0001-val=1.ckpt': 1000, 'epoch=0003.ckpt': 1040, 'latest.ckpt': 9999 }),
  ).toBeCloseTo(2);
});

test('a pause between two of them changes little', async () => {
  expect(
    await pace({ 'epoch=1.ckpt': 0, 'epoch=2.ckpt': 20, 'epoch=3.ckpt': 90_000, 'epoch=4.ckpt': 90_020 }),
  ).toBeCloseTo(2);
});

test('two of one epoch, and copied ones whose times say nothing, do not count', async () => {
  const times = { 'epoch=1-a.ckpt': 0, 'epoch=1-b.ckpt': 500, 'epoch=2.ckpt': 520, 'epoch=3.ckpt': 520 };
  expect(await pace(times)).toBeCloseTo(2);
});

test('without checkpoints by the log’s own time, where it has one', async () => {
  await folder.write({ 'logs.json.txt': '{"epoch": 0, "global_step": 9}\n' });
  const later = Date.now() / 1000 + 100;
  await utimes(folder.path('logs.json.txt'), later, later);
  const seconds = await secondsPerStep(folder.path());
  expect(seconds).toBeGreaterThan(9);
  expect(seconds).toBeLessThan(11);
});

test('a run that has logged nothing, or is not there, tells nothing', async () => {
  expect(await pace({ 'epoch=1.ckpt': 0, 'epoch=2.ckpt': 20 }, '')).toBeUndefined();
  expect(await secondsPerStep(folder.path('gone'))).toBeUndefined();
  expect(await pace({ 'epoch=1.ckpt': 0, 'epoch=2.ckpt': 20 }, '{"epoch": 1}\n')).toBeUndefined();
});
