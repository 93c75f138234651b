/** NaN in what the policy reads is named before a training begins; elsewhere it does not stop one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requireFiniteData } from '../../engine/training/finiteData.js';
import { floats, writeZarr } from '../server/reader/readerFiles.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-finite-'));
});
afterEach(() => rm(folder, { recursive: true }));

const spec = { observations: [{ key: 'pose', type: 'low_dim', shape: [3] }] } as const;
/** Each named column is NaN in column 1 of step 2. */
const written = (...spoiled: string[]) =>
  writeZarr(
    join(folder, 'd.zarr'),
    Object.fromEntries(
      ['action', 'pose', 'other'].map((name) => [
        name,
        floats(4, 3, 2, (step, column) =>
          spoiled.includes(name) && step === 2 && column === 1 ? NaN : step,
        ),
      ]),
    ),
    [1, 4],
  );

test('finite data passes, also where a column that is not read is spoiled', async () => {
  await requireFiniteData(await written('other'), spec);
});

test('the action and observations: which array, where, what follows and what to do', async () => {
  const path = await written('action', 'pose', 'other');
  await expect(requireFiniteData(path, spec)).rejects.toMatchObject({
    code: 'data-set-not-finite',
    file: path,
    message: `${path}: action holds one value that is NaN or infinite, in column 1 at step 1 of episode 1; pose holds one value that is NaN or infinite, in column 1 at step 1 of episode 1: the normaliser and the first loss would be NaN`,
    hint: expect.stringMatching(/^Convert the recordings again without that episode, or correct the values/),
  });
});

test('a cancellation ends it', async () => {
  const signal = AbortSignal.abort(new Error('no more'));
  await expect(requireFiniteData(await written(), spec, signal)).rejects.toThrow('no more');
});
