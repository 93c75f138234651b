/** How fast a run is, and how long it will take. */

const WINDOW_MS = 60_000;
const TELL_EVERY_MS = 500;

export class Pace {
  private done = 0;
  private told = 0;
  /** (time, completed steps) of the last minute, so that a slow start does not count for ever. */
  private marks: { readonly at: number; readonly done: number }[] = [{ at: Date.now(), done: 0 }];

  /** `total` is undefined as long as nobody knows how many steps there are. */
  constructor(private total: number | undefined) {}

  expect(total: number | undefined): void {
    this.total = total;
  }

  /** Restarts the measurement, so that a pause does not count. */
  begin(): void {
    this.marks = [{ at: Date.now(), done: this.done }];
  }

  step(): void {
    this.done++;
  }

  /** True at most twice a second. */
  due(): boolean {
    const at = Date.now();
    if (at - this.told < TELL_EVERY_MS) return false;
    this.told = at;
    this.marks.push({ at, done: this.done });
    while (this.marks.length > 2 && at - this.marks[1]!.at > WINDOW_MS) this.marks.shift();
    return true;
  }

  now(): { readonly stepsPerSecond: number; readonly secondsLeft: number } {
    const mark = this.marks[0]!;
    const seconds = Math.max((Date.now() - mark.at) / 1000, 1e-3);
    const stepsPerSecond = (this.done - mark.done) / seconds;
    if (this.total === undefined) return { stepsPerSecond, secondsLeft: Number.NaN };
    const left = Math.max(0, this.total - this.done);
    return { stepsPerSecond, secondsLeft: stepsPerSecond > 0 ? left / stepsPerSecond : 0 };
  }
}
