/** Chunks of images: which are missing, in what order, and what is said on the way. */
import { mkdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { FrameSource } from '../../../engine/formats/recording/frames.js';
import type { ChunkJob, ChunkResult } from '../../../engine/work/convert/chunkJob.js';
import {
  allChunks,
  convertImages,
  missingChunks,
  removeChunks,
} from '../../../engine/work/convert/images.js';
import { ChunkLedger } from '../../../engine/work/convert/ledger.js';
import type { ConvertOptions, ConvertProgress } from '../../../engine/work/convert/options.js';
import { makePlan, type Plan } from '../../../engine/work/convert/plan.js';
import type { ChunkPool } from '../../../engine/work/convert/pool.js';
import { ownFolder } from '../../ownFolder.js';
import { options } from './folders.js';
import { episodeOf, surveyOf, usableOf } from './recorded.js';

const folder = ownFolder();
const SIZE = { width: 32, height: 18 };

/** Episodes of 2, 3 and 2 steps in chunks of 2 rows: rows 0–1, 2–3, 4–5, 6. */
async function planOf(frames?: (episode: number, step: number) => FrameSource): Promise<Plan> {
  const episodes = [2, 3, 2].map((steps, k) => {
    const episode = usableOf(episodeOf(`e${k}`, steps));
    return frames === undefined
      ? episode
      : { ...episode, frames: episode.frames.map((_, step) => frames(k, step)) };
  });
  return makePlan(surveyOf(...episodes), new Map(), options({ resolution: SIZE }));
}

/** Takes each job down; `answer` says what comes of it. */
function poolOf(
  answer: (job: ChunkJob) => ChunkResult,
  slots = 1,
): ChunkPool & { readonly starts: number[] } {
  const starts: number[] = [];
  const run = async (job: ChunkJob) => {
    starts.push(job.start);
    return answer(job);
  };
  return { slots, starts, run, close: () => undefined };
}

const written = ({ start }: ChunkJob): ChunkResult => ({
  kind: 'written',
  chunks: [{ name: `${start / 2}.0.0.0`, bytes: 1, crc: 0 }],
});

async function run(plan: Plan, pool: ChunkPool, change: Partial<ConvertOptions> = {}, starts = [0, 2, 4, 6]) {
  const ledger = new ChunkLedger(folder.path());
  const bad = await convertImages(
    plan,
    { folder: folder.path(), ledger },
    starts,
    pool,
    options({ resolution: SIZE, ...change }),
  );
  return { bad, ledger };
}

describe('chunks', () => {
  test('of images larger than a chunk lie in several files', async () => {
    const plan = await planOf();
    const wide = { ...plan, image: { ...plan.image, shape: [7, 18, 32, 3], chunks: [4, 10, 32, 3] } };
    expect(allChunks(wide)).toEqual(['0.0.0.0', '0.1.0.0', '1.0.0.0', '1.1.0.0']);
  });

  test('are missing unless all of their files are there', async () => {
    const plan = await planOf();
    const ledger = new ChunkLedger(folder.path());
    ledger.add([{ name: '1.0.0.0', bytes: 1, crc: 0 }]);
    expect(missingChunks(plan, ledger)).toEqual([0, 4, 6]);
    const halved = { ...plan, image: { ...plan.image, chunks: [2, 10, 32, 3] } };
    expect(missingChunks(halved, ledger)).toEqual([0, 2, 4, 6]);
  });

  test('go from the one on in which a left-out episode begins', async () => {
    await mkdir(folder.path(), { recursive: true });
    await folder.write({ '0.0.0.0': '', '1.0.0.0': '', '2.0.0.0': '' });
    const ledger = new ChunkLedger(folder.path());
    ledger.add(['0.0.0.0', '1.0.0.0'].map((name) => ({ name, bytes: 0, crc: 0 })));
    await removeChunks(await planOf(), ledger, 3); // row 3 lies in the second chunk
    expect([ledger.has('0.0.0.0'), ledger.has('1.0.0.0')]).toEqual([true, false]);
  });
});

describe('converting', () => {
  test('gives each chunk its rows, the last one fewer', async () => {
    const jobs: ChunkJob[] = [];
    const pool = poolOf((job) => {
      jobs.push(job);
      return written(job);
    });
    const { bad, ledger } = await run(await planOf(), pool);
    expect(bad).toBeUndefined();
    expect(jobs.map(({ start, frames, exact }) => [start, frames.length, exact])).toEqual([
      [0, 2, false],
      [2, 2, false],
      [4, 2, false],
      [6, 1, false],
    ]);
    expect(ledger.has('3.0.0.0')).toBe(true);
  });

  test('counts from what was there already, and names the picture that was last', async () => {
    const seen: ConvertProgress[] = [];
    await run(await planOf(), poolOf(written), { onProgress: (progress) => seen.push(progress) }, [4, 6]);
    expect(seen.map(({ frames, totalFrames }) => [frames, totalFrames])).toEqual([
      [4, 7],
      [6, 7],
      [7, 7],
    ]);
    expect(seen.map(({ last }) => last)).toEqual([
      undefined,
      { episode: 'e2', frame: 0, path: '/frames/e2/0.jpg' },
      { episode: 'e2', frame: 1, path: '/frames/e2/1.jpg' },
    ]);
  });

  test('names no picture where frames are not files of their own', async () => {
    const seen: ConvertProgress[] = [];
    const plan = await planOf((_, index) => ({
      kind: 'within',
      format: 'F',
      path: '/a.h5',
      part: 'top',
      index,
    }));
    await run(plan, poolOf(written), { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toMatchObject({ frames: 7, last: undefined });
  });

  test('a damaged frame ends it with its episode, of several the first', async () => {
    const pool = poolOf((job) => ({ kind: 'bad-frame', row: job.start + 1, reason: 'is cut off' }), 2);
    const { bad } = await run(await planOf(), pool, {}, [4, 2, 0]);
    expect(bad).toEqual({ name: 'e1', reason: 'is cut off', start: 2 });
    expect(pool.starts).toEqual([4, 2]);
  });

  test('waits for what is in flight before it throws', async () => {
    let ended = 0;
    const slow = async (job: ChunkJob): Promise<ChunkResult> => {
      if (job.start === 0) throw new Error('disk full');
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended += 1;
      return written(job);
    };
    const pool = { slots: 2, run: slow, close: () => undefined };
    await expect(run(await planOf(), pool, {}, [0, 2])).rejects.toThrow('disk full');
    expect(ended).toBe(1);
  });

  test('begins no chunk once the caller has given up', async () => {
    const pool = poolOf(written);
    const signal = AbortSignal.abort(new Error('given up'));
    await expect(run(await planOf(), pool, { signal })).rejects.toThrow('given up');
    expect(pool.starts).toEqual([]);
  });
});
