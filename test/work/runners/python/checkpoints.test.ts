import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PythonCheckpoints, savedPosition } from '../../../../engine/work/runners/python/checkpoints.js';
import { type PythonProject, pythonProject } from '../pythonProject.js';

let folder: string;
let project: PythonProject;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-checkpoints-'));
  project = await pythonProject();
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await project.remove();
});

test('a checkpoint is told once, when it is whole; what was there before is not', async () => {
  const bytes = await readFile(join(project.made, '1.ckpt'));
  const latest = join(folder, 'latest.ckpt');
  await writeFile(join(folder, 'epoch=0000.ckpt'), bytes);
  await writeFile(join(folder, '.latest.ckpt.tmp'), bytes);
  const checkpoints = new PythonCheckpoints(folder);
  await checkpoints.begin();
  expect(checkpoints.isWriting).toBe(false);
  await writeFile(latest, bytes.subarray(0, 200));
  expect([await checkpoints.look(), await checkpoints.look()]).toEqual([[], []]);
  expect(checkpoints.isWriting).toBe(true);
  await writeFile(latest, bytes);
  expect([await checkpoints.look(), await checkpoints.look()]).toEqual([[], [latest]]);
  expect(await checkpoints.look()).toEqual([]);
  expect(checkpoints.isWriting).toBe(false);
  expect(checkpoints.names().sort()).toEqual(['epoch=0000.ckpt', 'latest.ckpt']);
});

test('a file that stays as it is counts as being written for ten seconds only', async () => {
  const own = await mkdtemp(join(folder, 'torn-'));
  let now = 0;
  const checkpoints = new PythonCheckpoints(own, () => now);
  await checkpoints.begin();
  await writeFile(join(own, 'weights.ckpt'), 'not a checkpoint');
  expect([await checkpoints.look(), await checkpoints.look()]).toEqual([[], []]);
  now = 9_999;
  await checkpoints.look();
  expect(checkpoints.isWriting).toBe(true);
  now = 10_000;
  expect(checkpoints.isWriting).toBe(false);
  await checkpoints.look();
  await writeFile(join(own, 'weights.ckpt'), await readFile(join(project.made, '1.ckpt')));
  await checkpoints.look();
  expect(checkpoints.isWriting).toBe(true);
  expect(await checkpoints.look()).toEqual([join(own, 'weights.ckpt')]);
});

test("upstream's counters name the last epoch and step; it does that epoch again", async () => {
  const position = await savedPosition(join(project.made, '2.ckpt'), 1);
  expect(position).toEqual({ epochsDone: 3, nextEpoch: 2, globalStep: 18, strategy: undefined });
  expect(await savedPosition(join(folder, 'absent.ckpt'), 1)).toBeUndefined();
});
