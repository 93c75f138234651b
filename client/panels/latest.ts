/** Work that is done anew at each change, once the changes have stopped for a moment: only the newest counts. */

/** Milliseconds: longer than between two quick choices, shorter than anyone waits. */
const PAUSE = 400;

export class Latest {
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins now; the answer says whether nothing else has begun or been given up since. */
  begin(): () => boolean {
    this.cancel();
    const { turn } = this;
    return () => turn === this.turn;
  }

  /** Begins `work` after a pause, unless something else does before. */
  soon(work: (isLatest: () => boolean) => unknown): void {
    const isLatest = this.begin();
    this.timer = setTimeout(() => work(isLatest), PAUSE);
  }

  /** What waits is not begun, and what was begun no longer counts. */
  cancel(): void {
    clearTimeout(this.timer);
    this.turn += 1;
  }
}
