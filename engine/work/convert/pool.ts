/** Decodes on all cores: processes of their own, since JPEG decoding within one shares four threads. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ChunkJob, type ChunkResult, convertChunk } from './chunkJob.js';
import { ConvertError } from './convertError.js';

export interface WorkerRequest {
  readonly id: number;
  readonly job: ChunkJob;
}
export type WorkerReply =
  | { readonly id: number; readonly result: ChunkResult }
  | { readonly id: number; readonly error: WorkerFailure };

/** With what to do, where that is known. */
export interface WorkerFailure {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly file?: string | undefined;
}

export interface ChunkPool {
  /** How many jobs are worth giving at once. */
  readonly slots: number;
  run(job: ChunkJob): Promise<ChunkResult>;
  close(): void;
}

/** While one job of a process waits for its decoder, another shrinks and compresses. */
const JOBS_PER_PROCESS = 2;

/** `processes` 0 converts in this process. */
export function openPool(processes: number): ChunkPool {
  if (processes === 0) return { slots: JOBS_PER_PROCESS, run: convertChunk, close: () => undefined };
  const workers = Array.from({ length: processes }, () => new Worker());
  return {
    slots: processes * JOBS_PER_PROCESS,
    run: (job) => workers.reduce((idlest, each) => (each.load < idlest.load ? each : idlest)).run(job),
    close: () => {
      for (const worker of workers) worker.close();
    },
  };
}

/**
 * glibc gives each decoded frame (6 MB of Full HD) back to the kernel and asks for it anew, which costs a quarter of the
 * decoding in page faults; with these settings it keeps the memory. Other C libraries ignore them.
 */
const KEEP_MEMORY = { MALLOC_MMAP_THRESHOLD_: '268435456', MALLOC_TRIM_THRESHOLD_: '268435456' };

/** Node 20 has `ArrayBuffer.prototype.transfer` behind this; later ones need no flag, and may not know this one. */
const TRANSFER = 'transfer' in ArrayBuffer.prototype ? [] : ['--harmony-rab-gsab-transfer'];

interface Waiting {
  readonly resolve: (result: ChunkResult) => void;
  readonly reject: (error: ConvertError) => void;
  readonly folder: string;
}

class Worker {
  private readonly waiting = new Map<number, Waiting>();
  private readonly child: ChildProcess;
  private nextId = 0;
  private gone: string | undefined;

  constructor() {
    const script = fileURLToPath(new URL('./frameWorker.js', import.meta.url));
    this.child = fork(script, { execArgv: TRANSFER, env: { ...process.env, ...KEEP_MEMORY } });
    this.child.on('message', (reply: WorkerReply) => this.settle(reply));
    this.child.on('error', (error) => this.fail(`a decoder process failed: ${error.message}`));
    this.child.on('exit', (code, signal) =>
      this.fail(`a decoder process ended (${signal ?? `exit code ${code}`})`),
    );
  }

  get load(): number {
    return this.waiting.size;
  }

  run(job: ChunkJob): Promise<ChunkResult> {
    return new Promise((resolve, reject) => {
      if (this.gone !== undefined) return reject(new ConvertError('worker', job.folder, this.gone));
      const id = this.nextId++;
      this.waiting.set(id, { resolve, reject, folder: job.folder });
      this.child.send({ id, job } satisfies WorkerRequest);
    });
  }

  close(): void {
    if (this.child.connected) this.child.disconnect();
  }

  private settle(reply: WorkerReply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ('result' in reply) waiting?.resolve(reply.result);
    else waiting?.reject(workerFailed(waiting.folder, reply.error));
  }

  private fail(message: string): void {
    this.gone = message;
    for (const { reject, folder } of this.waiting.values())
      reject(new ConvertError('worker', folder, message));
    this.waiting.clear();
  }
}

function workerFailed(folder: string, { message, hint, file }: WorkerFailure): ConvertError {
  return new ConvertError('worker', file ?? folder, message, hint);
}
