/** Sends one client one job's events in order, page by page, as fast as it reads them. */
import type { JobEvent } from '../wire/jobs.js';
import type { EventLog } from './eventLog.js';
import type { ListedJob } from './listedJob.js';

/** Small enough not to delay other answers. */
const PAGE_BYTES = 256 * 1024;

export class Subscription {
  private log: EventLog | undefined;
  private job: ListedJob | undefined;
  private unsubscribe: () => void = () => undefined;
  private isSending = false;
  private isDisposed = false;

  constructor(
    /** Called again when the job changes, since another object may then represent it. */
    private readonly find: () => ListedJob,
    private next: number,
    private readonly send: (events: readonly JobEvent[]) => Promise<void>,
    private readonly onProblem: (problem: Error) => void,
  ) {}

  /** Checks that the log is still the job's, and sends what is new. */
  refresh(): void {
    void this.open()
      .then(() => this.pump())
      .catch(this.onProblem);
  }

  dispose(): void {
    this.isDisposed = true;
    this.unsubscribe();
    void this.job?.closeLog();
  }

  private async open(): Promise<void> {
    if (this.isDisposed) return;
    const job = this.find();
    const log = await job.openLog();
    if (log === this.log || this.isDisposed) return;
    this.unsubscribe();
    [this.job, this.log] = [job, log];
    this.unsubscribe = log.subscribe(() => void this.pump());
  }

  /** Waits for a slow client; its events stay in the log meanwhile. */
  private async pump(): Promise<void> {
    if (this.isSending || this.log === undefined) return;
    this.isSending = true;
    try {
      while (!this.isDisposed) {
        const events = this.log.page(this.next, PAGE_BYTES);
        if (events.length === 0) break;
        this.next = events.at(-1)!.seq + 1;
        await this.send(events);
      }
    } catch {
      this.dispose(); // the client is gone
    } finally {
      this.isSending = false;
    }
  }
}
