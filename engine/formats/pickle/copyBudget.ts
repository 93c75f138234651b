/** What the calls of a pickle may copy in all: a text or list that is shared would be copied for each call that names it. */

export class CopyBudget {
  constructor(private left: number) {}

  /** Whether another `count` bytes or items may be copied. */
  take(count: number): boolean {
    this.left -= count;
    return !this.spent;
  }

  get spent(): boolean {
    return this.left < 0;
  }
}
