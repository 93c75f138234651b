/** Ends train.py: SIGINT first, then SIGTERM, then SIGKILL, but not while it writes a checkpoint. */

/** Milliseconds after the previous signal. */
const STEPS = [
  { after: 0, signal: 'SIGINT' },
  { after: 10_000, signal: 'SIGTERM' },
  { after: 10_000, signal: 'SIGKILL' },
] as const;
/** Upstream writes in place, so a signal could lose the checkpoint; a disk that takes longer is stuck. */
const LONGEST_WRITE_MS = 120_000;

interface Stopped {
  readonly send: (signal: NodeJS.Signals) => void;
  readonly isWriting: () => boolean;
  readonly now?: () => number;
}

export class PythonStop {
  /** When the stop was requested, and when the last signal was sent. */
  private since: number | undefined;
  private last = 0;
  private sent = 0;
  private readonly now: () => number;

  constructor(private readonly stopped: Stopped) {
    this.now = stopped.now ?? Date.now;
  }

  get isAsked(): boolean {
    return this.since !== undefined;
  }

  ask(): void {
    if (this.since !== undefined) return;
    this.since = this.last = this.now();
    this.look();
  }

  /** Called periodically; sends the signal that is due. */
  look(): void {
    const next = STEPS[this.sent];
    if (this.since === undefined || next === undefined) return;
    const now = this.now();
    if (now - this.last < next.after) return;
    if (this.stopped.isWriting() && now - this.since < LONGEST_WRITE_MS) return;
    this.sent++;
    this.last = now;
    this.stopped.send(next.signal);
  }
}
