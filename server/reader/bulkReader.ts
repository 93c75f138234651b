/** The server's way to bulk reads: each request is answered from a cache, from a read in progress, or by the reader's thread. */
import { BoundedCache } from '../../engine/base/boundedCache.js';
import { throwIfAborted } from '../../engine/base/errors.js';
import { ReaderError, SLOW_DRIVE } from './readerErrors.js';
import type { ParamsOf, ReaderRequest, RequestKind, ResultOf } from './readerMessages.js';
import { ReaderThread, type Running, type ThreadOptions } from './readerThread.js';
import { SharedRead, untilAborted } from './sharedRead.js';
import { stampAt } from './stamp.js';

export interface BulkReaderOptions extends ThreadOptions {
  /** Number of results that are cached. */
  readonly cacheBytes?: number;
}

/** About a thousand frames as JPEG. */
const CACHE_BYTES = 64 * 2 ** 20;
/** Milliseconds to get sizes and times; a stalled network drive takes longer. */
const STAMP_MS = 10_000;

type AnyResult = ResultOf<RequestKind>;

/** Starts its thread with the first request. Results are shared and must not be changed. */
export class BulkReader {
  /** Requests answered from the cache, or that joined a read in progress. */
  readonly counters = { cached: 0, joined: 0 };
  private readonly thread: ReaderThread;
  private readonly cache: BoundedCache<AnyResult>;
  private readonly reads = new Map<string, SharedRead<AnyResult>>();
  /** Stamps being taken; each is given up when it takes too long, or with the reader. */
  private readonly looks = new Set<AbortController>();
  private disposed: ReaderError | undefined;

  constructor(options: BulkReaderOptions) {
    this.thread = new ReaderThread(options);
    this.cache = new BoundedCache(options.cacheBytes ?? CACHE_BYTES);
  }

  /** Threads started, and requests sent to one. */
  get threadCounters(): Readonly<ReaderThread['counters']> {
    return this.thread.counters;
  }

  /**
   * Always settles: with the result, with a `RegripError` that says what is wrong with the file or the request (`reader-timeout`,
   * `reader-crashed` and `reader-memory` when it was not read to the end), or at once with the signal's reason.
   */
  async request<Kind extends RequestKind>(
    kind: Kind,
    params: ParamsOf<Kind>,
    signal?: AbortSignal,
  ): Promise<ResultOf<Kind>> {
    throwIfAborted(signal);
    const stamp = await untilAborted(this.stampOf(params.path), signal);
    if (this.disposed !== undefined) throw this.disposed;
    const key = JSON.stringify([kind, stamp, params]);
    const known = this.cache.get(key);
    if (known !== undefined) {
      this.counters.cached++;
      return known as ResultOf<Kind>;
    }
    const request = { kind, params, stamp } as ReaderRequest;
    return (await this.read(key, request).join(signal)) as ResultOf<Kind>;
  }

  /** Ends the thread; open requests, and all later ones, are rejected with `reader-disposed`. */
  dispose(): void {
    this.disposed ??= new ReaderError('reader-disposed', undefined, 'the reader was closed');
    for (const look of this.looks) look.abort(this.disposed);
    this.thread.stop(this.disposed);
  }

  private read(key: string, request: ReaderRequest): SharedRead<AnyResult> {
    const open = this.reads.get(key);
    if (open !== undefined) {
      this.counters.joined++;
      return open;
    }
    const running = this.thread.run(request);
    const read = new SharedRead(running.result, () => {
      this.forget(key, read);
      running.cancel();
    });
    this.reads.set(key, read);
    void this.keep(key, read, running, request.stamp !== undefined);
    return read;
  }

  private async keep(
    key: string,
    read: SharedRead<AnyResult>,
    { result }: Running,
    isStamped: boolean,
  ): Promise<void> {
    try {
      const found = await result;
      if (isStamped) this.cache.set(key, found, bytesOf(found));
    } catch {
      // Passed to those who wait; a failed read is tried again when it is requested again.
    } finally {
      this.forget(key, read);
    }
  }

  /** A later read may have taken the key meanwhile. */
  private forget(key: string, read: SharedRead<AnyResult>): void {
    if (this.reads.get(key) === read) this.reads.delete(key);
  }

  private async stampOf(path: string): Promise<string | undefined> {
    const look = new AbortController();
    this.looks.add(look);
    const late = setTimeout(() => {
      const found = `did not respond within ${STAMP_MS / 1000} seconds`;
      look.abort(new ReaderError('reader-timeout', path, found, SLOW_DRIVE));
    }, STAMP_MS);
    try {
      return await untilAborted(stampAt(path), look.signal);
    } finally {
      clearTimeout(late);
      this.looks.delete(look);
    }
  }
}

/** The approximate memory of a result. */
function bytesOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'string') return 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 16;
  for (const item of Array.isArray(value) ? value : Object.values(value)) bytes += bytesOf(item);
  return bytes;
}
