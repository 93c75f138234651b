import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RegripError } from '../../engine/base/errors.js';
import { leavingNoTrace } from '../../engine/training/refusedStart.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-refused-'));
});
afterEach(() => rm(folder, { recursive: true }));

const refusal = (code: string) => new RegripError({ code, message: 'no' });

/** Makes all that a start makes, and a file of features, then fails with `error`. */
const failing = (error: Error, trains = false) =>
  leavingNoTrace(folder, async (hasBegun) => {
    for (const made of ['.hydra', 'checkpoints']) await mkdir(join(folder, made), { recursive: true });
    await writeFile(join(folder, 'checkpoints/latest.ckpt'), 'new');
    for (const made of ['regrip.json', 'adapted.ckpt', 'adaptation.json', 'features-1.f32'])
      await writeFile(join(folder, made), 'new');
    if (trains) hasBegun();
    throw error;
  });
const left = async () => (await readdir(folder)).sort();

const ALL = ['.hydra', 'adaptation.json', 'adapted.ckpt', 'checkpoints', 'features-1.f32', 'regrip.json'];

test('what a refused start made goes away again, but for features, which may have taken hours', async () => {
  await expect(failing(refusal('backend-missing'))).rejects.toThrow('no');
  expect(await left()).toEqual(['features-1.f32']);
});

test('a start that was ended by its user before it trained was not carried out either', async () => {
  await expect(failing(new DOMException('ended', 'AbortError'))).rejects.toThrow('ended');
  expect(await left()).toEqual(['features-1.f32']);
});

test('what was there before stays, and what somebody else put there', async () => {
  await mkdir(join(folder, 'checkpoints'));
  await writeFile(join(folder, 'checkpoints/epoch=001.ckpt'), 'old');
  await writeFile(join(folder, 'notes.txt'), 'mine');
  await expect(failing(refusal('backend-missing'))).rejects.toThrow('no');
  expect(await left()).toEqual(['checkpoints', 'features-1.f32', 'notes.txt']);
  expect(await readFile(join(folder, 'checkpoints/epoch=001.ckpt'), 'utf8')).toBe('old');
});

test.each([
  ['a training that had begun', refusal('not-finite'), true],
  ['a crash', refusal('worker-crashed'), false],
  ['a fault of the program', new TypeError('no'), false],
])('%s leaves all that tells of it', async (_, error, trains) => {
  await expect(failing(error, trains)).rejects.toThrow('no');
  expect(await left()).toEqual(ALL);
});

test('a training that ends leaves what it made', async () => {
  await leavingNoTrace(folder, () => writeFile(join(folder, 'regrip.json'), '{}'));
  expect(await left()).toEqual(['regrip.json']);
});
