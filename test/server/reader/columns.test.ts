/** Traces of columns through the real thread, against direct computation. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReplayBuffer } from '../../../engine/formats/zarr/index.js';
import type { BulkReader } from '../../../server/reader/bulkReader.js';
import { floats, openReader, REFERENCE, writeZarr } from './readerFiles.js';

let reader: BulkReader;
let folder: string;
beforeAll(() => {
  reader = openReader();
});
afterAll(() => reader.dispose());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-reader-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function directly(name: string): Promise<{ rows: Float32Array; width: number }> {
  const buffer = await openReplayBuffer(REFERENCE);
  const { data, shape } = await buffer.readRows(name, 0, 148);
  return { rows: new Float32Array(data.slice().buffer), width: shape[1]! };
}

describe('traces', () => {
  const trace = (
    path: string,
    columns: readonly number[],
    [fromStep, toStep]: readonly [number, number],
    maxPoints = 1000,
  ) => reader.request('columns', { path, array: 'action', columns, fromStep, toStep, maxPoints });

  test('short ones are whole', async () => {
    const { rows } = await directly('action');
    const steps = Array.from({ length: 30 }, (_, k) => 20 + k);
    expect(await trace(REFERENCE, [7, 0], [20, 50])).toEqual({
      steps,
      columns: [steps.map((step) => rows[step * 8 + 7]), steps.map((step) => rows[step * 8])],
      bucketSteps: 1,
    });
  });

  test('100,000 steps stay small and keep a spike of one step', async () => {
    const path = await writeZarr(
      join(folder, 'long.zarr'),
      {
        action: floats(100_000, 2, 3000, (step, column) =>
          column === 1 && step === 77_777 ? 900 : step % 100,
        ),
      },
      [100_000],
    );
    const { steps, columns, bucketSteps } = await trace(path, [0, 1], [0, 100_000]);
    expect(steps.length).toBe(1000);
    expect(bucketSteps).toBe(200);
    expect(columns.map((column) => column.length)).toEqual([1000, 1000]);
    expect(columns[0]!.slice(0, 4)).toEqual([0, 99, 0, 99]);
    const spike = columns[1]!.indexOf(900);
    expect(Math.abs(steps[spike]! - 77_777)).toBeLessThanOrEqual(200);
  });

  test.each([
    ['another array', { array: 'nothing' }, /nothing does not exist/],
    ['images', { array: 'image' }, /has shape \[148, 90, 160, 3\]/],
    ['a column beyond', { columns: [8] }, /columns 8 were requested, but action has only 8/],
    ['a step beyond', { toStep: 149 }, /steps 0 to 149 were requested, but there are only 148/],
    ['too many points', { maxPoints: 1e9 }, /1000000000 points/],
  ])('%s is refused', async (_, change, says) => {
    const params = {
      path: REFERENCE,
      array: 'action',
      columns: [0],
      fromStep: 0,
      toStep: 148,
      maxPoints: 10,
    };
    const asked = reader.request('columns', { ...params, ...change });
    await expect(asked).rejects.toMatchObject({ code: 'reader-request', file: REFERENCE });
    await expect(asked).rejects.toThrow(says);
  });
});
