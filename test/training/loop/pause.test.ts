/** A training that waits between two steps, or ends after an epoch, and goes on as if it had not. */
// @module-tag engine
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RunFolder } from '../../../engine/training/runFolder.js';
import { DATA_SET } from '../../adapt/fixtures.js';
import { fingerprints } from './fingerprints.js';
import { type SmallRun, smallRun, trainingConfig } from './smallRun.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** Two epochs of three steps. */
const CONFIG = trainingConfig();
const SCRATCH = { kind: 'scratch' } as const;
const never = () => false;

let folder: string;
let whole: SmallRun;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-pause-'));
  whole = await smallRun(join(folder, 'whole'), CONFIG, SCRATCH);
});
afterAll(() => rm(folder, { recursive: true }));

/** Bit for bit: the log as text and every tensor of the last checkpoint. */
async function expectAsWhole(runDir: string): Promise<void> {
  const log = (of: string) => readFile(join(folder, of, 'logs.json.txt'), 'utf8');
  expect(await log(runDir)).toBe(await log('whole'));
  const latest = (of: string) => fingerprints(new RunFolder(join(folder, of)).latest);
  expect(await latest(runDir)).toEqual(await latest('whole'));
}

test('a pause waits after a step with its checkpoint written, and changes nothing', async () => {
  const run = new RunFolder(join(folder, 'paused'));
  const seen: unknown[] = [];
  let looks = 0;
  const look = async (): Promise<void> => {
    await vi.waitUntil(async () => (await run.readRecord())?.state === 'paused', { timeout: 60_000 });
    seen.push((await run.readLog()).length);
    await fingerprints(run.latest); // throws where a tensor is missing
    // Another process would find the folder taken.
    seen.push((await run.readRecord())?.pid);
  };
  const untilContinued = (): Promise<void> | undefined => {
    if (++looks !== 2) return undefined;
    return look();
  };
  const { events, result } = await smallRun(run.path, CONFIG, SCRATCH, never, DATA_SET, { untilContinued });
  expect(seen).toEqual([2, process.pid]);
  expect(result).toEqual({ ...whole.result, runDir: run.path });
  const told = events.map(({ event }) => event).filter((event) => event !== 'note' && event !== 'step');
  expect(told.slice(0, 5)).toEqual(['start', 'phase', 'checkpoint', 'paused', 'continued']);
  await expectAsWhole('paused');
});

test('a run that is to stop after its epoch ends there, and goes on as if it had not', async () => {
  const run = new RunFolder(join(folder, 'epochs'));
  const stopAfterEpochAsked = () => true;
  const { result, log } = await smallRun(run.path, CONFIG, SCRATCH, never, DATA_SET, { stopAfterEpochAsked });
  expect(result).toMatchObject({ state: 'paused', epochs: 1 });
  expect(log).toHaveLength(3);
  expect((await run.readRecord())?.state).toBe('paused');
  const resume = { kind: 'resume', checkpoint: run.latest } as const;
  // Asked in the last epoch it changes nothing: that one ends the run anyway.
  const rest = await smallRun(run.path, CONFIG, resume, never, DATA_SET, { stopAfterEpochAsked });
  expect(rest.result).toMatchObject({ state: 'done', epochs: 2 });
  await expectAsWhole('epochs');
});
