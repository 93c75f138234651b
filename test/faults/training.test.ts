/** A run folder that refuses or vanishes while a training writes it: the state is kept, the error says where, and the run goes on exactly. */
// @module-tag engine
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PlainMap } from '../../engine/base/plain.js';
import { RunFolder } from '../../engine/training/runFolder.js';
import { fingerprints } from '../training/loop/fingerprints.js';
import { TINY } from '../training/loop/killedRun.js';
import { smallRun } from '../training/loop/smallRun.js';
import { type Fault, OPERATIONS, withFault } from './inject.js';

vi.setConfig({ testTimeout: 300_000 }); // many whole commands, on a machine that does other things as well

const SHORT: PlainMap = { ...TINY, training: { ...(TINY['training'] as PlainMap), num_epochs: 2 } };
const SCRATCH = { kind: 'scratch' } as const;

let folder: string;
let runDir: string;
let whole: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-whole-'));
  await smallRun(join(folder, 'whole'), SHORT, SCRATCH);
  whole = await fingerprints(join(folder, 'whole/checkpoints/latest.ckpt'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  runDir = join(await mkdtemp(join(tmpdir(), 'regrip-rescue-')), 'run');
});
afterEach(() => rm(join(runDir, '..'), { recursive: true }));

type Told = Error & { readonly code: string; readonly hint: string };
const trained = (stopAsked?: () => boolean): Promise<Told | undefined> =>
  smallRun(runDir, SHORT, SCRATCH, stopAsked).then(
    () => undefined,
    (error: Told) => error,
  );
const rescuedFile = (message: string): string => /kept in (\S+\.ckpt)/.exec(message)![1]!;

/** As the hint has it. */
async function goOn(rescued: string): Promise<void> {
  const { checkpoints, latest } = new RunFolder(runDir);
  await mkdir(checkpoints, { recursive: true });
  await rename(rescued, latest);
  await smallRun(runDir, SHORT, { kind: 'resume', checkpoint: latest });
  expect(await fingerprints(latest)).toEqual(whole);
}

describe('the state is kept', () => {
  test.each([
    ['in the first epoch', 2],
    ['while gradients wait for their update', 3],
    ['at the end of an epoch', 5],
    ['in the last epoch', 8],
  ])('of a disk that is full %s', async (_, nth) => {
    const fault: Fault = { operation: 'appendFile', nth, errno: 'ENOSPC', under: runDir };
    const { result: error } = await withFault(fault, () => trained());
    expect(error).toMatchObject({ code: 'disk-enospc' });
    expect(error!.message).toContain(`${join(runDir, 'logs.json.txt')}: the disk is full`);
    expect(error!.hint).toContain(`training.resume=True --run-dir ${runDir}`);
    const rescued = rescuedFile(error!.message);
    expect(rescued).toBe(join(runDir, '..', `run.rescued-step-${nth}.ckpt`));
    expect((await new RunFolder(runDir).readRecord())?.state).toBe('failed');
    await goOn(rescued);
  });

  test('beside what an earlier rescue of a run of that name left', async () => {
    const former = join(runDir, '..', 'run.rescued-step-2.ckpt');
    await mkdir(join(runDir, '..'), { recursive: true });
    await writeFile(former, 'theirs');
    const fault: Fault = { operation: 'appendFile', nth: 2, errno: 'ENOSPC', under: runDir };
    const { result: error } = await withFault(fault, () => trained());
    expect(rescuedFile(error!.message)).toBe(join(runDir, '..', 'run.rescued-step-2-2.ckpt'));
    expect(await readFile(former, 'utf8')).toBe('theirs');
  });

  test('of a run folder that was removed while it trained, and it is not made again', async () => {
    let steps = 0;
    const error = await trained(() => {
      if (++steps === 2) rmSync(runDir, { recursive: true });
      return false;
    });
    expect(error).toMatchObject({ code: 'disk-enoent' });
    expect(existsSync(runDir)).toBe(false);
    await goOn(rescuedFile(error!.message));
  });

  test('elsewhere, when the disk beside the run folder is full as well', async () => {
    const fault: Fault = {
      operation: 'handle.write',
      nth: 1,
      errno: 'ENOSPC',
      under: join(runDir, '..'),
      lasting: true,
    };
    let error: Told | undefined;
    let steps = 0;
    // Every write of a checkpoint is refused; the first one is that of epoch 0.
    const around = await withFault({ ...fault, nth: 10 }, async () => {
      error = await trained(() => ++steps < 0);
    });
    expect(around.fired).toBe(true);
    expect(error).toMatchObject({ code: 'disk-enospc' });
    const rescued = rescuedFile(error!.message);
    expect(rescued.startsWith(join(runDir, '..'))).toBe(false);
    await goOn(rescued);
  });
});

describe.each(OPERATIONS)('when %s is refused', (operation) => {
  const met = { copyFile: 1, appendFile: 8, mkdir: 1, rename: 4, open: 4 } as Record<string, number>;

  test('the error names the place, and what is under its name is whole', async () => {
    let count = 0;
    for (let nth = 1; ; nth = nth < 4 ? nth + 1 : nth * 2) {
      await rm(runDir, { recursive: true, force: true });
      const fault: Fault = { operation, nth, errno: 'EIO', under: runDir };
      const { result: error, fired } = await withFault(fault, () => trained());
      if (!fired) break;
      count++;
      const where = `${operation} ${nth}: ${error?.stack}`;
      if (error !== undefined) {
        expect(error.code, where).toMatch(/^disk-/);
        expect(error.message, where).toContain(runDir);
      }
      const { checkpoints } = new RunFolder(runDir);
      const names = existsSync(checkpoints) ? await readdir(checkpoints) : [];
      expect(
        names.filter((name) => name.endsWith('.tmp')),
        where,
      ).toEqual([]);
      for (const name of names) await fingerprints(join(checkpoints, name));
    }
    expect(count).toBeGreaterThanOrEqual(Math.min(met[operation] ?? 0, 3));
  });
});
