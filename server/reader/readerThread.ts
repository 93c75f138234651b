/** Owns the worker thread: one queue per lane, time limits, and a new thread after one that crashed or hangs. */
import { Worker } from 'node:worker_threads';
import { unreachable } from '../../engine/base/errors.js';
import { errorOf, ReaderError, SLOW_DRIVE } from './readerErrors.js';
import {
  type FromReader,
  LANES,
  type Lane,
  type ReaderRequest,
  type RequestKind,
  type ResultOf,
  type ToReader,
} from './readerMessages.js';

export interface ThreadOptions {
  /** The thread's own entry file, `server/reader.js` as it is built. */
  readonly module: URL;
  /** What the thread prints; its libraries must not write into the server's stdout. */
  readonly log?: (text: string) => void;
  readonly limits?: Partial<ReaderLimits>;
}

export interface ReaderLimits {
  /** Milliseconds that a request may take; a stalled network drive or a crafted file takes longer. */
  readonly runMs: Readonly<Record<Lane, number>>;
  /** Milliseconds within which a cancelled request must stop; then the thread is replaced. */
  readonly graceMs: number;
  /** JavaScript objects of the thread. Chunks, blocks and frames are outside this heap and are bounded by their readers. */
  readonly heapMegabytes: number;
}

const LIMITS: ReaderLimits = { runMs: { bulk: 120_000, quick: 30_000 }, graceMs: 3000, heapMegabytes: 512 };

interface Job {
  readonly id: number;
  readonly request: ReaderRequest;
  readonly resolve: (result: ResultOf<RequestKind>) => void;
  readonly reject: (error: Error) => void;
  /** Whether nobody waits for it any more. */
  isAbandoned: boolean;
  /** Settles it for its caller. Keeps running when the job has to start over on another thread. */
  deadline: NodeJS.Timeout | undefined;
  /** Ends the thread if the abandoned job does not stop. */
  grace: NodeJS.Timeout | undefined;
}

/** A request in progress. `cancel` never settles `result` by itself: a caller that cancels stops waiting. */
export interface Running {
  readonly result: Promise<ResultOf<RequestKind>>;
  cancel(): void;
}

const LANE_NAMES: readonly Lane[] = ['quick', 'bulk'];

export class ReaderThread {
  /** Threads started, and requests sent to one. */
  readonly counters = { threads: 0, sent: 0 };
  private readonly queues: Record<Lane, Job[]> = { bulk: [], quick: [] };
  private readonly running: Record<Lane, Job | undefined> = { bulk: undefined, quick: undefined };
  private readonly limits: ReaderLimits;
  private worker: Worker | undefined;
  private lastId = 0;

  constructor(private readonly options: ThreadOptions) {
    this.limits = { ...LIMITS, ...options.limits };
  }

  run(request: ReaderRequest): Running {
    let cancel = (): void => undefined;
    const result = new Promise<ResultOf<RequestKind>>((resolve, reject) => {
      const id = ++this.lastId;
      const job: Job = {
        id,
        request,
        resolve,
        reject,
        isAbandoned: false,
        deadline: undefined,
        grace: undefined,
      };
      cancel = () => this.abandon(job);
      this.queues[laneOf(job)].push(job);
      this.next();
    });
    return { result, cancel };
  }

  /** Rejects everything open with `error`. */
  stop(error: Error): void {
    this.dropWorker();
    for (const lane of LANE_NAMES) {
      const open = [this.running[lane], ...this.queues[lane]];
      this.queues[lane] = [];
      this.running[lane] = undefined;
      for (const job of open) if (job !== undefined) this.fail(job, error);
    }
  }

  /** Sends the jobs that may start. */
  private next(): void {
    for (const lane of LANE_NAMES) {
      if (this.running[lane] !== undefined) continue;
      const job = this.queues[lane].shift();
      if (job === undefined) continue;
      this.running[lane] = job;
      job.deadline ??= setTimeout(() => this.expire(job), this.limits.runMs[lane]);
      this.begin(job, lane);
    }
  }

  private begin(job: Job, lane: Lane): void {
    try {
      this.send({ kind: 'run', id: job.id, request: job.request });
      this.counters.sent++;
    } catch (cause) {
      // The thread could not be started, or the request could not be sent.
      this.running[lane] = undefined;
      this.fail(job, crashOf(job, String(cause), cause, this.limits));
    }
  }

  private send(message: ToReader): void {
    this.worker ??= this.start();
    this.worker.postMessage(message);
  }

  private start(): Worker {
    this.counters.threads++;
    const worker = new Worker(this.options.module, {
      stdout: true,
      stderr: true,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.limits.heapMegabytes },
    });
    let cause: Error | undefined;
    const log = (text: Buffer) => this.options.log?.(text.toString('utf8'));
    worker.stdout.on('data', log);
    worker.stderr.on('data', log);
    worker.on('message', (message: FromReader) => {
      // A job restarted on another thread is answered by that one.
      if (this.worker === worker) this.take(message);
    });
    worker.on('messageerror', (error: Error) => {
      cause = error;
      void worker.terminate();
    });
    worker.on('error', (error: Error) => {
      cause = error;
    });
    worker.once('exit', (code) => {
      if (this.worker === worker) this.crashed(cause?.message ?? `exit code ${code}`, cause);
    });
    return worker;
  }

  private take(message: FromReader): void {
    const lane = LANE_NAMES.find((each) => this.running[each]?.id === message.id);
    if (lane === undefined) return;
    const job = this.running[lane]!;
    this.running[lane] = undefined;
    clearTimers(job);
    switch (message.kind) {
      case 'done':
        job.resolve(message.result);
        break;
      case 'failed':
        job.reject(errorOf(message.error));
        break;
      default:
        unreachable(message);
    }
    this.next();
  }

  /** Drops a waiting job, and asks a running one to stop. */
  private abandon(job: Job): void {
    const lane = laneOf(job);
    job.isAbandoned = true;
    if (this.running[lane] === job) {
      if (job.grace !== undefined) return;
      job.grace = setTimeout(() => this.replaceThread(job), this.limits.graceMs);
      this.send({ kind: 'cancel', id: job.id });
      return;
    }
    this.queues[lane] = this.queues[lane].filter((each) => each !== job);
    clearTimers(job);
  }

  private expire(job: Job): void {
    const { kind, params } = job.request;
    const seconds = this.limits.runMs[laneOf(job)] / 1000;
    const found = `was not read within ${seconds} seconds (${kind})`;
    job.reject(new ReaderError('reader-timeout', params.path, found, SLOW_DRIVE));
    this.abandon(job);
  }

  /** For a job that does not stop; jobs beside it start over on the new thread. */
  private replaceThread(stuck: Job): void {
    this.dropWorker();
    clearTimers(stuck);
    for (const lane of LANE_NAMES) {
      const job = this.running[lane];
      this.running[lane] = undefined;
      if (job === undefined || job === stuck) continue;
      if (job.isAbandoned) clearTimers(job);
      else this.queues[lane].unshift(job);
    }
    this.next();
  }

  private crashed(why: string, cause: Error | undefined): void {
    this.worker = undefined;
    for (const lane of LANE_NAMES) {
      const job = this.running[lane];
      this.running[lane] = undefined;
      if (job !== undefined) this.fail(job, crashOf(job, why, cause, this.limits));
    }
    this.next();
  }

  private fail(job: Job, error: Error): void {
    clearTimers(job);
    job.reject(error);
  }

  /** A read that hangs in the operating system blocks the old thread; nobody waits for it. */
  private dropWorker(): void {
    const worker = this.worker;
    this.worker = undefined;
    void worker?.terminate();
  }
}

function laneOf({ request }: Job): Lane {
  return LANES[request.kind];
}

function clearTimers(job: Job): void {
  clearTimeout(job.deadline);
  clearTimeout(job.grace);
}

function crashOf({ request }: Job, why: string, cause: unknown, limits: ReaderLimits): ReaderError {
  const { kind, params } = request;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const found = `the reader thread ran out of its ${limits.heapMegabytes} MB while reading this (${kind})`;
    const hint = 'This file is unusually large; check that it is the right one.';
    return new ReaderError('reader-memory', params.path, found, hint, cause);
  }
  const found = `the reader thread ended while reading this (${kind}): ${why}`;
  return new ReaderError('reader-crashed', params.path, found, 'Try again: a new thread is started.', cause);
}
