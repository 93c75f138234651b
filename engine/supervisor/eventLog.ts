/** A job's events, on disk and bounded: one JSON line per event. Readers see only what is on disk, so a killed supervisor leaves no gap. */
import { appendFile, readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { writeFileAtomic } from '../base/atomic.js';
import { encodedText, parseJson } from '../base/jsonText.js';
import { type JobEvent, type JobTelling, jobEvent } from '../wire/jobs.js';

/** Enough for a day of training at two events of 150 bytes per second (26 MB); longer trainings lose their oldest events, which the run folder still has. */
export const MAX_LOG_BYTES = 32 * 2 ** 20;

export class EventLog {
  private readonly lines: string[] = [];
  private bytes = 0;
  private firstSeq = 1;
  private writtenSeq = 0;
  private pending: string[] = [];
  private mustRewrite = false;
  private writing: Promise<void> | undefined;
  private readonly readers = new Set<() => void>();

  private constructor(
    /** undefined: kept only in memory. */
    private readonly path: string | undefined,
    private readonly maxBytes: number,
    private readonly onProblem: (problem: Error) => void,
  ) {}

  /** Reads the existing log; an incomplete line is dropped. */
  static async open(
    path: string,
    onProblem: (problem: Error) => void,
    maxBytes = MAX_LOG_BYTES,
  ): Promise<EventLog> {
    const log = new EventLog(path, maxBytes, onProblem);
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return '';
    });
    const lines = text.split('\n');
    for (const line of lines.slice(0, -1)) {
      const seq = seqOf(line);
      if (seq !== log.last + 1 && log.lines.length > 0) break; // damaged: what follows cannot be placed
      if (seq === undefined) break;
      if (log.lines.length === 0) log.firstSeq = seq;
      log.keep(line);
    }
    log.mustRewrite = log.bytes !== Buffer.byteLength(text);
    log.writtenSeq = log.last;
    return log;
  }

  /** A log for events that another process stores. */
  static inMemory(maxBytes = MAX_LOG_BYTES): EventLog {
    return new EventLog(undefined, maxBytes, () => undefined);
  }

  /** The oldest event still kept. */
  get first(): number {
    return this.firstSeq;
  }
  /** The newest; 0 before the first event. */
  get last(): number {
    return this.firstSeq + this.lines.length - 1;
  }
  get hasReaders(): boolean {
    return this.readers.size > 0;
  }

  append(told: JobTelling, time: number): void {
    const event: JobEvent = { seq: this.last + 1, time, told };
    const line = encodedText(event);
    this.keep(line);
    const { path } = this;
    if (path === undefined) throw new Error('this log only receives');
    this.pending.push(line);
    if (this.bytes > this.maxBytes) this.dropOldest();
    this.writing ??= this.write(path).finally(() => {
      this.writing = undefined;
    });
  }

  /** Events that another process stored, in its order. */
  receive(events: readonly JobEvent[]): void {
    if (this.lines.length === 0 && events.length > 0) this.firstSeq = events[0]!.seq;
    for (const event of events) this.keep(encodedText(event));
    if (this.bytes > this.maxBytes) this.dropOldest();
    this.writtenSeq = this.last;
    for (const reader of this.readers) reader();
  }

  /** Settles once everything is on disk. */
  async flush(): Promise<void> {
    await this.writing;
  }

  /** Events on disk from `from` on, at least one if there is any, else up to `maxBytes`. */
  page(from: number, maxBytes: number): JobEvent[] {
    const events: JobEvent[] = [];
    let bytes = 0;
    for (let seq = Math.max(from, this.firstSeq); seq <= this.writtenSeq; seq++) {
      const line = this.lines[seq - this.firstSeq]!;
      bytes += line.length;
      if (events.length > 0 && bytes > maxBytes) break;
      events.push(parseJson(line) as JobEvent);
    }
    return events;
  }

  /** Calls `onWritten` whenever there is more to read, until the returned function is called. */
  subscribe(onWritten: () => void): () => void {
    this.readers.add(onWritten);
    return () => this.readers.delete(onWritten);
  }

  private keep(line: string): void {
    this.lines.push(line);
    this.bytes += Buffer.byteLength(line) + 1;
  }

  /** Drops half of it at once, so that the file is rarely rewritten. */
  private dropOldest(): void {
    let count = 0;
    while (this.bytes > this.maxBytes / 2 && count < this.lines.length - 1) {
      this.bytes -= Buffer.byteLength(this.lines[count++]!) + 1;
    }
    this.lines.splice(0, count);
    this.firstSeq += count;
    this.mustRewrite = true;
  }

  private async write(path: string): Promise<void> {
    await Promise.resolve(); // combines a burst of events into one write
    while (this.pending.length > 0) {
      const upTo = this.last;
      const lines = this.mustRewrite ? this.lines : this.pending;
      const text = lines.map((line) => `${line}\n`).join('');
      const put = this.mustRewrite
        ? writeFileAtomic(path, (file) => file.writeFile(text), 0o600)
        : appendFile(path, text, { mode: 0o600 });
      this.pending = [];
      this.mustRewrite = false;
      // A full disk must not stop the job: its clients still hear it.
      await put.catch((error) => {
        this.mustRewrite = true;
        this.onProblem(error);
      });
      this.writtenSeq = upTo;
      for (const reader of this.readers) reader();
    }
  }
}

const seqOnly = v.pick(jobEvent, ['seq']);

function seqOf(line: string): number | undefined {
  try {
    const parsed = v.safeParse(seqOnly, JSON.parse(line));
    return parsed.success ? parsed.output.seq : undefined;
  } catch {
    return undefined;
  }
}
