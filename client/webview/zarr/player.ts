/** Plays steps at the rate at which they were recorded. */

interface PlayerClock {
  /** Milliseconds. */
  readonly now: () => number;
  /** Calls once, about a frame of the screen later. */
  readonly soon: (call: () => void) => void;
}

interface PlayerHandlers {
  readonly show: (step: number) => void;
  readonly stopped: () => void;
}

export class Player {
  /** Counts up with each start, so that what an earlier one planned does nothing. */
  private run = 0;
  isPlaying = false;

  constructor(
    private readonly handlers: PlayerHandlers,
    private readonly clock: PlayerClock,
  ) {}

  /** From `step` to `last`, `rate` steps a second. Steps for which the screen is too slow are skipped. */
  start(step: number, last: number, rate: number): void {
    const run = ++this.run;
    const began = this.clock.now();
    this.isPlaying = true;
    let shown = step;
    const tick = (): void => {
      if (run !== this.run) return;
      const at = Math.min(last, step + Math.floor(((this.clock.now() - began) / 1000) * rate));
      if (at !== shown) {
        shown = at;
        this.handlers.show(at);
      }
      if (run !== this.run) return;
      if (at >= last) this.stop();
      else this.clock.soon(tick);
    };
    this.clock.soon(tick);
  }

  stop(): void {
    this.run += 1;
    if (!this.isPlaying) return;
    this.isPlaying = false;
    this.handlers.stopped();
  }
}
