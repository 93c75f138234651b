/** Chunks that other processes convert. */
import { afterEach, expect, test } from 'vitest';
import type { ChunkJob } from '../../../engine/work/convert/chunkJob.js';
import type { ChunkPool } from '../../../engine/work/convert/pool.js';
import { ownFolder } from '../../ownFolder.js';
import { FRAME, jpegAt } from './recorded.js';

// The compiled one: its workers run the script that lies beside it.
const POOL = new URL('../../../out/engine/work/convert/pool.js', import.meta.url).href;
const { openPool } = (await import(POOL)) as typeof import('../../../engine/work/convert/pool.js');

const folder = ownFolder();
const job = (start: number, more: Partial<ChunkJob> = {}): ChunkJob => ({
  folder: folder.path(),
  layout: { shape: [4, 9, 16, 3], dtype: '|u1', chunks: [1, 9, 16, 3], compressor: null },
  size: { width: 16, height: 9 },
  exact: false,
  start,
  frames: [jpegAt(FRAME)],
  ...more,
});

let pool: ChunkPool | undefined;
afterEach(() => pool?.close());

test.each([0, 2])('with %d processes: the same chunks', async (processes) => {
  pool = openPool(processes);
  const results = await Promise.all([0, 1, 2, 3].map((start) => pool!.run(job(start))));
  const crcs = results.map((result) => (result.kind === 'written' ? result.chunks[0]!.crc : undefined));
  expect(new Set(crcs).size).toBe(1);
  expect(crcs[0]).toEqual(expect.any(Number));
});

test('a damaged frame is a result, a folder that is gone an error with its file', async () => {
  pool = openPool(1);
  const missing = [jpegAt('/nowhere/a.jpg')];
  expect(await pool.run(job(2, { frames: missing }))).toMatchObject({ kind: 'bad-frame', row: 2 });
  const gone = folder.path('gone');
  await expect(pool.run(job(0, { folder: gone }))).rejects.toMatchObject({
    code: 'worker',
    file: expect.stringContaining(gone),
  });
});

test('a pool that is closed refuses what is asked of it later', async () => {
  pool = openPool(1);
  await pool.run(job(0));
  pool.close();
  await expect(pool.run(job(1))).rejects.toMatchObject({ code: 'worker', file: folder.path() });
});
