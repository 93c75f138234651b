/** A curve in as many parts as a screen has columns: the lowest, highest and mean value of each part, updated while the curve grows. */
import type { Columns } from './columns.js';
import type { BucketColumns } from './panelMessages.js';

/** More than the pixels of the widest chart; a run of any length takes half of them at least. */
export const MAX_BUCKETS = 2048;

/** What a bucket of a curve consists of. */
export const BUCKET_COLUMNS = ['x0', 'x1', 'first', 'second', 'mean'] as const;

export class Buckets {
  length = 0;
  /** Doubles when the buckets run out, so each point is counted again at most twice. */
  private pointsEach = 1;
  private taken: number;
  private finite = 0;
  private readonly columns: Record<(typeof BUCKET_COLUMNS)[number], Float64Array>;

  /** Of the points `from` … `to` - 1; without `to` it follows the curve. */
  constructor(
    private readonly points: Columns,
    private readonly from = 0,
    private readonly to = Number.POSITIVE_INFINITY,
  ) {
    this.taken = from;
    const made = BUCKET_COLUMNS.map((name) => [name, new Float64Array(MAX_BUCKETS)] as const);
    this.columns = Object.fromEntries(made) as Buckets['columns'];
  }

  /** Adds new points. Returns the first bucket that changed; `length` when none did. */
  extend(): number {
    const end = Math.min(this.points.length, this.to);
    if (this.taken >= end) return this.length;
    let changed = this.bucketOf(this.taken);
    while (this.taken < end) {
      if (this.bucketOf(this.taken) === MAX_BUCKETS) {
        this.pointsEach *= 2;
        this.restart(this.from);
        changed = 0;
      }
      this.add(this.taken++);
    }
    return changed;
  }

  /** The curve was cut to `length` points. Returns the first bucket that is no longer valid. */
  cut(length: number): number {
    if (length >= this.taken) return this.length;
    const bucket = Math.max(0, this.bucketOf(length));
    this.restart(this.from + bucket * this.pointsEach);
    return bucket;
  }

  /** Copies, so that they may be sent. */
  slice(from: number): BucketColumns {
    const cut = BUCKET_COLUMNS.map((name) => [name, this.columns[name].slice(from, this.length)] as const);
    return Object.fromEntries(cut) as Record<(typeof BUCKET_COLUMNS)[number], Float64Array<ArrayBuffer>>;
  }

  private bucketOf(point: number): number {
    return Math.floor((point - this.from) / this.pointsEach);
  }

  /** `point` is the first of its bucket. */
  private restart(point: number): void {
    this.taken = point;
    this.length = this.bucketOf(point);
  }

  private add(point: number): void {
    const [x, y, bucket] = [this.points.xAt(point), this.points.yAt(point), this.bucketOf(point)];
    const { x0, x1, first, second, mean } = this.columns;
    if (bucket === this.length) {
      this.length++;
      x0[bucket] = x;
      first[bucket] = second[bucket] = mean[bucket] = Number.NaN;
      this.finite = 0;
    }
    x1[bucket] = x;
    if (!Number.isFinite(y)) return;
    this.finite++;
    if (this.finite === 1) {
      first[bucket] = second[bucket] = mean[bucket] = y;
      return;
    }
    mean[bucket]! += (y - mean[bucket]!) / this.finite;
    const [low, high] = [
      Math.min(first[bucket]!, second[bucket]!),
      Math.max(first[bucket]!, second[bucket]!),
    ];
    if (y >= low && y <= high) return;
    // The extreme that stays came before this one.
    first[bucket] = y > high ? low : high;
    second[bucket] = y;
  }
}
