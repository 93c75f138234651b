/** The reader's queue, cache and thread: every request settles, whatever the thread or the file does. */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BulkReader } from '../../../server/reader/bulkReader.js';
import type { RequestKind } from '../../../server/reader/readerMessages.js';
import type { ReaderLimits } from '../../../server/reader/readerThread.js';
import { openReader, SHAM } from './readerFiles.js';

let folder: string;
let reader: BulkReader;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-reader-'));
});
afterEach(async () => {
  reader.dispose();
  await rm(folder, { recursive: true });
});

function sham(limits: Partial<ReaderLimits> = {}, cacheBytes?: number): void {
  const kept = cacheBytes === undefined ? {} : { cacheBytes };
  reader = openReader({ module: SHAM, limits: { heapMegabytes: 32, ...limits }, ...kept });
}

async function file(name: string): Promise<string> {
  await writeFile(join(folder, name), 'x');
  return join(folder, name);
}

/** What the sham thread answers: the how-many-eth answer it was. */
async function ask(path: string, signal?: AbortSignal, kind: RequestKind = 'episodes'): Promise<number> {
  const params = { path } as never;
  const result: unknown = await reader.request(kind, params, signal);
  return (result as { order: number }).order;
}

async function timed(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work.catch(() => undefined);
  return performance.now() - start;
}

/** Resolves once `count` requests are with the thread. */
async function sent(count: number): Promise<void> {
  while (reader.threadCounters.sent < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('cancelling', () => {
  test('settles at once, and the next request runs', async () => {
    sham();
    await ask(await file('echo'));
    const cancelling = new AbortController();
    const slow = ask(await file('slow'), cancelling.signal);
    await sent(2);
    const settled = timed(slow);
    cancelling.abort(new Error('no more'));
    expect(await settled).toBeLessThan(10_000);
    await expect(slow).rejects.toThrow('no more');
    expect(await ask(await file('echo2'))).toBe(1);
    expect(reader.threadCounters).toEqual({ threads: 1, sent: 3 });
  });

  test('a request that waits is never sent', async () => {
    sham();
    const [first, second] = [new AbortController(), new AbortController()];
    const running = ask(await file('slow'), first.signal);
    await sent(1);
    const waiting = ask(await file('echo'), second.signal);
    const behind = ask(await file('echo2'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    second.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    first.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(await behind).toBe(0);
    expect(reader.threadCounters.sent).toBe(2);
  });

  test('before it is asked, nothing is read', async () => {
    sham();
    await expect(ask(await file('echo'), AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(reader.threadCounters).toEqual({ threads: 0, sent: 0 });
  });

  test('a thread that does not listen is replaced, and what ran beside it begins again', async () => {
    sham({ graceMs: 100 });
    const [deaf, slow] = [new AbortController(), new AbortController()];
    const frame = ask(await file('slow'), slow.signal, 'frame');
    await sent(1);
    const bulk = ask(await file('deaf'), deaf.signal);
    await sent(2);
    deaf.abort();
    await expect(bulk).rejects.toMatchObject({ name: 'AbortError' });
    await sent(3); // the frame again
    expect(reader.threadCounters).toEqual({ threads: 2, sent: 3 });
    slow.abort();
    await expect(frame).rejects.toMatchObject({ name: 'AbortError' });
    expect(await ask(await file('echo'))).toBe(0);
  });
});

describe('a thread that ends', () => {
  test.each([
    ['exit', 'reader-crashed', /exit code 7/],
    ['throw', 'reader-crashed', /a fault of the thread/],
    ['memory', 'reader-memory', /32 MB/],
  ])('%s: what ran is rejected with %s, what waited and what comes is read', async (what, code, says) => {
    sham();
    const lost = ask(await file(what));
    const waiting = ask(await file('echo'));
    await expect(lost).rejects.toMatchObject({ code, file: join(folder, what) });
    await expect(lost).rejects.toThrow(says);
    expect(await waiting).toBe(0);
    expect(await ask(await file('echo2'))).toBe(1);
    expect(reader.threadCounters.threads).toBe(2);
  });

  test('a module that is not there', async () => {
    reader = openReader({ module: new URL('./nothing.mjs', import.meta.url) });
    await expect(ask(await file('echo'))).rejects.toMatchObject({ code: 'reader-crashed' });
    await expect(ask(await file('echo'))).rejects.toMatchObject({ code: 'reader-crashed' });
  });
});

test('a request that takes too long is rejected, and the next one runs on another thread', async () => {
  sham({ runMs: { bulk: 300, quick: 300 }, graceMs: 50 });
  const path = await file('deaf');
  await expect(ask(path)).rejects.toMatchObject({ code: 'reader-timeout', file: path });
  // On a loaded machine an answer may take longer than that time, too.
  expect(await vi.waitFor(async () => ask(await file('echo')), 30_000)).toBeTypeOf('number');
  expect(reader.threadCounters.threads).toBeGreaterThan(1);
});

test('a frame overtakes bulk reads, those that wait and the one that runs', async () => {
  sham();
  const stop = new AbortController();
  const bulk = Promise.allSettled([
    ask(await file('slow1'), stop.signal),
    ask(await file('slow2'), stop.signal),
  ]);
  await sent(1);
  expect(await ask(await file('echo'), undefined, 'frame')).toBe(0);
  stop.abort();
  expect((await bulk).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

describe('what was read before', () => {
  test('is not read again', async () => {
    sham();
    const path = await file('echo');
    expect([await ask(path), await ask(path)]).toEqual([0, 0]);
    expect(await ask(path, undefined, 'frame')).toBe(1);
    expect(reader.counters.cached).toBe(1);
    expect(reader.threadCounters.sent).toBe(2);
  });

  test('is read again after the file changed', async () => {
    sham();
    const path = await file('echo');
    await ask(path);
    await utimes(path, 1, 1);
    expect(await ask(path)).toBe(1);
    await writeFile(path, 'longer');
    await utimes(path, 1, 1);
    expect(await ask(path)).toBe(2);
  });

  test('is forgotten, the least recently used first, when there is too much', async () => {
    sham({}, 60); // each answer is counted as 24 bytes
    const [a, b, c] = await Promise.all(['echo1', 'echo2', 'echo3'].map(file));
    await ask(a!);
    await ask(b!);
    await ask(a!);
    await ask(c!);
    expect([await ask(a!), await ask(c!)]).toEqual([0, 2]);
    expect(await ask(b!)).toBe(3);
  });

  test('without a file there is nothing to go by', async () => {
    sham();
    expect([await ask(join(folder, 'echo')), await ask(join(folder, 'echo'))]).toEqual([0, 1]);
  });
});

describe('the same request twice at once', () => {
  test('is read once', async () => {
    sham();
    const path = await file('echo');
    expect(await Promise.all([ask(path), ask(path), ask(path)])).toEqual([0, 0, 0]);
    expect(reader.threadCounters.sent).toBe(1);
    expect(reader.counters).toEqual({ cached: 0, joined: 2 });
  });

  test('goes on while one of both waits, and ends with the last', async () => {
    sham({ graceMs: 60_000 });
    const path = await file('slow');
    const [first, second] = [new AbortController(), new AbortController()];
    const both = [ask(path, first.signal), ask(path, second.signal)] as const;
    await sent(1);
    first.abort();
    await expect(both[0]).rejects.toMatchObject({ name: 'AbortError' });
    const joined = ask(path, second.signal);
    await vi.waitFor(() => expect(reader.counters.joined).toBe(2), 10_000);
    second.abort();
    await expect(Promise.allSettled([both[1], joined])).resolves.toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    expect(await ask(await file('echo'))).toBe(0);
    expect(reader.threadCounters.threads).toBe(1);
  });
});

test('closing the reader rejects what is open and what comes', async () => {
  sham();
  const open = [ask(await file('slow')), ask(await file('echo'))];
  await sent(1);
  reader.dispose();
  for (const each of open) await expect(each).rejects.toMatchObject({ code: 'reader-disposed' });
  await expect(ask(await file('echo'))).rejects.toMatchObject({ code: 'reader-disposed' });
});
