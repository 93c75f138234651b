/** The normaliser's mode `limits` of one field, from its rows: float32 arithmetic as upstream's. No tensors. */

/** What the state dict holds of one field, each as long as the field is wide. */
export interface FieldStatistics {
  readonly offset: Float32Array;
  readonly scale: Float32Array;
  readonly max: Float32Array;
  readonly mean: Float32Array;
  readonly min: Float32Array;
  /** Of a sample (N - 1). */
  readonly std: Float32Array;
}

/** An image's one dimension: pixels in 0 … 1 go to -1 … 1; mean and deviation are those of a uniform distribution. */
export const IMAGE_STATISTICS: FieldStatistics = {
  offset: Float32Array.of(-1),
  scale: Float32Array.of(2),
  max: Float32Array.of(1),
  mean: Float32Array.of(0.5),
  min: Float32Array.of(0),
  std: Float32Array.of(Math.sqrt(1 / 12)),
};

/** An image whose pixels stay in 0 … 1. */
const PLAIN_IMAGE_STATISTICS: FieldStatistics = {
  ...IMAGE_STATISTICS,
  offset: Float32Array.of(0),
  scale: Float32Array.of(1),
};

/** One dimension that stays as it is, as upstream's `create_identity` makes it. */
const IDENTITY_STATISTICS: FieldStatistics = {
  offset: Float32Array.of(0),
  scale: Float32Array.of(1),
  max: Float32Array.of(1),
  mean: Float32Array.of(0),
  min: Float32Array.of(-1),
  std: Float32Array.of(1),
};

/** Of fields that no data set is asked about. What is derived starts as it is: only its training can fit it, and does. */
export const FIXED_STATISTICS = {
  image: IMAGE_STATISTICS,
  'plain image': PLAIN_IMAGE_STATISTICS,
  derived: IDENTITY_STATISTICS,
  identity: IDENTITY_STATISTICS,
} as const;

/** A dimension that moves less than this is centred, not scaled. */
export const RANGE_EPSILON = 1e-4;

/** Takes rows as they are read; the data set need not fit into memory. */
export class LimitsFit {
  private rows = 0;
  private readonly min: Float32Array;
  private readonly max: Float32Array;
  private readonly mean: Float64Array;
  private readonly squares: Float64Array;

  constructor(readonly width: number) {
    this.min = new Float32Array(width).fill(Number.POSITIVE_INFINITY);
    this.max = new Float32Array(width).fill(Number.NEGATIVE_INFINITY);
    this.mean = new Float64Array(width);
    this.squares = new Float64Array(width);
  }

  /** `values` are (rows, width) in C order. Means and squares follow Welford's update. */
  add(values: Float32Array): void {
    for (let start = 0; start < values.length; start += this.width) {
      this.rows += 1;
      for (let column = 0; column < this.width; column += 1) this.addValue(column, values[start + column]!);
    }
  }

  /** Maps each dimension's range to -1 … 1. */
  result(): FieldStatistics {
    const scale = new Float32Array(this.width);
    const offset = this.min.map((least, column) => {
      const range = Math.fround(this.max[column]! - least);
      const still = range < Math.fround(RANGE_EPSILON);
      scale[column] = still ? 1 : 2 / range;
      return still ? -least : -1 - Math.fround(scale[column] * least);
    });
    return {
      offset,
      scale,
      max: this.max.slice(),
      mean: Float32Array.from(this.mean),
      min: this.min.slice(),
      std: Float32Array.from(this.squares, (sum) => Math.sqrt(sum / (this.rows - 1))),
    };
  }

  private addValue(column: number, value: number): void {
    if (value < this.min[column]!) this.min[column] = value;
    if (value > this.max[column]!) this.max[column] = value;
    const delta = value - this.mean[column]!;
    this.mean[column] = this.mean[column]! + delta / this.rows;
    this.squares[column] = this.squares[column]! + delta * (value - this.mean[column]);
  }
}
