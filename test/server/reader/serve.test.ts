/** The real thread under load and against crafted files: each request settles, and the next one works. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import type { BulkReader } from '../../../server/reader/bulkReader.js';
import { fixture } from '../../formats/checkpoint/files.js';
import { fixture as log } from '../../formats/inferenceLog/logs.js';
import { floats, oneEpisode, openReader, REFERENCE, writeStore, writeZarr, zarray } from './readerFiles.js';

let reader: BulkReader;
let folder: string;
beforeEach(async () => {
  reader = openReader();
  folder = await mkdtemp(join(tmpdir(), 'regrip-reader-'));
});
afterEach(async () => {
  reader.dispose();
  await rm(folder, { recursive: true });
});

const works = async () => expect((await reader.request('dataSetFacts', { path: REFERENCE })).steps).toBe(148);

/** Twenty million steps, a missing chunk for each four: minutes of looking for files. */
const endless = () =>
  writeStore(join(folder, 'endless.zarr'), {
    ...oneEpisode(20_000_000),
    'data/action/.zarray': zarray([20_000_000, 8], { chunks: [4, 8] }),
  });

describe('crafted data sets', () => {
  test('a name that leads out of the folder', async () => {
    const path = await writeStore(join(folder, 'a.zarr'), {
      ...oneEpisode(2),
      '.zmetadata': JSON.stringify({ metadata: { 'data/../.zarray': JSON.parse(zarray([2, 8])) } }),
    });
    await expect(reader.request('dataSetFacts', { path })).rejects.toMatchObject({ code: 'zarr-outside' });
    await works();
  });

  test('a chunk that inflates is told of its array, and nothing else is lost', async () => {
    const path = await writeStore(join(folder, 'a.zarr'), {
      ...oneEpisode(2),
      'data/action/.zarray': zarray([2, 8], { compressor: { id: 'zlib', level: 1 } }),
      'data/action/0.0': deflateSync(new Uint8Array(1 << 26)).subarray(0, 60_000),
      'data/sound/.zarray': zarray([2, 1]),
    });
    const { unread, ranges, lastAction } = await reader.request('dataSetFacts', { path });
    expect(unread).toMatchObject([{ array: 'action', code: 'zarr-chunk' }]);
    expect(Object.keys(ranges)).toEqual(['sound']);
    expect(lastAction).toBeNull();
    const trace = { path, array: 'action', columns: [0], fromStep: 0, toStep: 2, maxPoints: 10 };
    await expect(reader.request('columns', trace)).rejects.toMatchObject({ code: 'zarr-chunk' });
    await works();
  });

  test('more steps than any robot makes', async () => {
    const path = await writeStore(join(folder, 'a.zarr'), {
      ...oneEpisode(2 ** 40),
      'data/action/.zarray': zarray([2 ** 40, 8], { chunks: [1000, 8] }),
    });
    await expect(reader.request('dataSetFacts', { path })).rejects.toMatchObject({ code: 'data-set-array' });
    await works();
  });

  test('a file where a folder should be, and nothing at all', async () => {
    await expect(reader.request('episodes', { path: log('steps.json') })).rejects.toMatchObject({
      code: 'zarr-unsupported',
    });
    const path = join(folder, 'nothing.zarr');
    await expect(reader.request('episodes', { path })).rejects.toMatchObject({
      code: 'zarr-missing',
      file: path,
    });
  });
});

describe('a data set that takes minutes', () => {
  test('is left between two chunks when it is cancelled, and the same thread goes on', async () => {
    const cancelling = new AbortController();
    const asked = reader.request('dataSetFacts', { path: await endless() }, cancelling.signal);
    setTimeout(() => cancelling.abort(), 500);
    const start = performance.now();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    expect(performance.now() - start).toBeLessThan(10_000);
    await works();
    expect(reader.threadCounters.threads).toBe(1);
  });

  test('does not keep a frame waiting', async () => {
    const cancelling = new AbortController();
    const asked = reader.request('dataSetFacts', { path: await endless() }, cancelling.signal);
    const frame = { path: REFERENCE, array: 'image', step: 7, maxWidth: 100 };
    expect((await reader.request('frame', frame)).width).toBe(100);
    cancelling.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('ends with its time', async () => {
    reader.dispose();
    reader = openReader({ limits: { runMs: { bulk: 600, quick: 600 } } });
    const path = await endless();
    await expect(reader.request('dataSetFacts', { path })).rejects.toMatchObject({ code: 'reader-timeout' });
    await vi.waitFor(works, 30_000); // on a loaded machine a sound data set may take longer than that time, too
  });
});

test('a checkpoint that needs more memory than the thread has is named, and the next request works', async () => {
  const many = Array.from({ length: 200_000 }, (_, k) => String(k));
  const path = join(folder, 'many.ckpt');
  await writeCheckpoint(path, { config: { many }, stateDicts: {}, pickles: {} });
  reader.dispose();
  reader = openReader({ limits: { heapMegabytes: 16 } });
  const params = { path, stateDict: 'model', key: 'a', bins: 2 };
  await expect(reader.request('tensorHistogram', params)).rejects.toMatchObject({
    code: 'reader-memory',
    file: path,
  });
  await works();
  expect(reader.threadCounters.threads).toBe(2);
});

describe('what was read before', () => {
  test('comes without a second read until the data set changes', async () => {
    const path = join(folder, 'copy.zarr');
    await cp(REFERENCE, path, { recursive: true });
    const first = await reader.request('dataSetFacts', { path });
    expect(await reader.request('dataSetFacts', { path })).toBe(first);
    expect(reader.threadCounters.sent).toBe(1);
    await rm(path, { recursive: true });
    await writeZarr(path, { action: floats(6, 8, 6, (step) => step) }, [6]);
    expect((await reader.request('dataSetFacts', { path })).steps).toBe(6);
  });

  test.each(['.', '/'])('a chunk that is put in place is seen (separator %s)', async (separator) => {
    const last = separator === '.' ? '1.0' : '1/0';
    const store = (value: number) => ({
      ...oneEpisode(4),
      'data/action/.zarray': zarray([4, 2], { chunks: [2, 2], dimension_separator: separator }),
      [`data/action/${last}.new`]: new Uint8Array(Float32Array.of(0, 0, 0, value).buffer),
    });
    const path = join(folder, 'grows.zarr');
    for (const value of [3, 5]) {
      await writeStore(path, store(value));
      await cp(join(path, `data/action/${last}.new`), join(path, `data/action/${last}`));
      await rm(join(path, `data/action/${last}.new`));
      const { lastAction } = await reader.request('dataSetFacts', { path });
      expect(lastAction!.max).toBe(value);
    }
  });
});

test('twenty different requests at once all settle', async () => {
  const path = REFERENCE;
  const frames = Array.from({ length: 8 }, (_, k) =>
    reader.request('frame', { path, array: 'image', step: k * 18, maxWidth: 64 + k }),
  );
  const traces = Array.from({ length: 6 }, (_, k) =>
    reader.request('columns', {
      path,
      array: 'action',
      columns: [k],
      fromStep: k,
      toStep: 148,
      maxPoints: 9,
    }),
  );
  const tensor = { path: fixture('checkpoint/odd.ckpt'), stateDict: 'model', bins: 3 };
  const cancelling = new AbortController();
  const settled = Promise.allSettled([
    ...frames,
    ...traces,
    reader.request('episodes', { path }),
    reader.request('dataSetFacts', { path }),
    reader.request('tensorHistogram', { ...tensor, key: 'grid' }),
    reader.request('tensorHistogram', { ...tensor, key: 'nothing' }),
    reader.request('gripperLog', { path: log('steps.json'), low: 0.3, high: 0.7, maxPoints: 50 }),
    reader.request('dataSetFacts', { path: await endless() }, cancelling.signal),
  ]);
  await Promise.all(frames);
  cancelling.abort();
  const results = await settled;
  expect(results).toHaveLength(20);
  expect(results.flatMap(({ status }, k) => (status === 'rejected' ? k : []))).toEqual([17, 19]);
});
