/** Ends train.py: asked first, then told, then killed, but not while it writes a checkpoint. */

const STEPS = [
  { after: 0, signal: 'SIGINT' },
  { after: 10_000, signal: 'SIGTERM' },
  { after: 20_000, signal: 'SIGKILL' },
] as const;
/** Upstream writes in place, so a kill would lose the checkpoint; a disk that takes longer is stuck. */
const LONGEST_WRITE_MS = 120_000;

export class PythonStop {
  private since: number | undefined;
  private sent = 0;

  constructor(
    private readonly send: (signal: NodeJS.Signals) => void,
    private readonly now: () => number = Date.now,
  ) {}

  get isAsked(): boolean {
    return this.since !== undefined;
  }

  ask(): void {
    this.since ??= this.now();
    this.look(false);
  }

  /** Called now and then; sends what is due. */
  look(isWriting: boolean): void {
    if (this.since === undefined) return;
    const waited = this.now() - this.since;
    const next = STEPS[this.sent];
    if (next === undefined || waited < next.after) return;
    if (isWriting && this.sent > 0 && waited < LONGEST_WRITE_MS) return;
    this.sent++;
    this.send(next.signal);
  }
}
