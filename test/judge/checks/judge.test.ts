/** The judge itself: a check that fails, a file that changes while it is read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CheckDisk, HeaderCache } from '../../../engine/judge/checks/disk.js';
import { judge } from '../../../engine/judge/checks/judge.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-judge-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CHECKPOINT = join(import.meta.dirname, '../../fixtures/reference/policy-7d.ckpt.gz');

test('a check that throws costs only its own findings, and is told', async () => {
  const primary = join(folder, 'a.yaml');
  writeFileSync(primary, 'task: {dataset_path: d.zarr}\npolicy: {n_emb: 256, n_head: 6}\n');
  const broken: CheckDisk = {
    dataSet: () => Promise.reject(new TypeError('a fault of ours')),
    checkpoint: async () => ({ kind: 'missing' }),
    exists: async () => false,
    contents: async () => undefined,
  };
  const faults: unknown[] = [];
  const target = { primary, overrides: [], runner: 'builtin' } as const;
  const { findings } = await judge(target, { disk: broken, onFault: (fault) => faults.push(fault) });
  expect(findings.map(({ code }) => code)).toEqual(['heads-do-not-divide']);
  expect(faults.length).toBeGreaterThan(0);
});

test('a checkpoint that changes while it is read is read again, or told as unreadable', async () => {
  const path = join(folder, 'a.ckpt');
  const whole = gunzipSync(await readFile(CHECKPOINT));
  await writeFile(path, whole);
  const disk = new HeaderCache({ contents: async () => undefined });
  const looks: Promise<string>[] = [];
  for (let round = 0; round < 40; round += 1) {
    looks.push(disk.checkpoint(path).then(({ kind }) => kind));
    if (round % 4 === 1) await truncate(path, Math.floor((whole.length * (round + 1)) / 41));
    if (round % 4 === 3) await writeFile(path, whole);
  }
  const kinds = new Set(await Promise.all(looks));
  expect([...kinds].every((kind) => kind === 'found' || kind === 'unreadable')).toBe(true);
  await writeFile(path, whole);
  expect((await disk.checkpoint(path)).kind).toBe('found');
});
