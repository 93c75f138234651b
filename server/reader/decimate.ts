/** Long columns as few points: the smallest and largest value of each bucket of steps, so that spikes are kept. */
import type { Trace } from './readerMessages.js';

/** As many as a chart four screens wide can show. */
export const MAX_POINTS = 20_000;

/** Takes rows in order and keeps a pair of points per bucket. */
export class Decimator {
  private readonly bucketSteps: number;
  private readonly steps: number[] = [];
  private readonly columns: (number | null)[][];
  private readonly extremes: Extremes[];
  private row = 0;

  /** Expects `rows` rows, the first of which is step `from`; `maxPoints` is at least 2. */
  constructor(
    private readonly from: number,
    private readonly rows: number,
    width: number,
    maxPoints: number,
  ) {
    this.bucketSteps = rows <= maxPoints ? 1 : Math.ceil(rows / Math.floor(maxPoints / 2));
    this.columns = Array.from({ length: width }, () => []);
    this.extremes = this.columns.map(() => new Extremes());
  }

  /** One row: `cell` gives each column's value. */
  add(cell: (column: number) => number): void {
    const place = this.row % this.bucketSteps;
    for (const [column, extremes] of this.extremes.entries()) extremes.add(cell(column));
    this.row += 1;
    if (place === this.bucketSteps - 1 || this.row === this.rows) this.close(place + 1);
  }

  done(): Trace {
    const { steps, columns, bucketSteps } = this;
    return { steps, columns, bucketSteps };
  }

  /** The points of a bucket are at its first and its middle step, since all columns share them. */
  private close(count: number): void {
    const first = this.from + this.row - count;
    this.steps.push(first);
    if (count > 1) this.steps.push(first + (count >> 1));
    for (const [column, extremes] of this.extremes.entries()) {
      const [a, b] = extremes.take();
      this.columns[column]!.push(a);
      if (count > 1) this.columns[column]!.push(b);
    }
  }
}

/** Smallest and largest finite value, in the order in which they came. */
class Extremes {
  private least: number | null = null;
  private most: number | null = null;
  private isLeastFirst = true;

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    if (this.least === null || value < this.least) {
      this.least = value;
      this.isLeastFirst = false;
    }
    if (this.most === null || value > this.most) {
      this.most = value;
      this.isLeastFirst = true;
    }
  }

  take(): readonly [number | null, number | null] {
    const pair = this.isLeastFirst ? ([this.least, this.most] as const) : ([this.most, this.least] as const);
    this.least = null;
    this.most = null;
    this.isLeastFirst = true;
    return pair;
  }
}
