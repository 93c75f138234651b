/** Joins the statistics of several episodes, as LeRobot does where it brings a data set of version 2.1 to 3.0. */
import { shownName } from '../../base/shown.js';
import { LerobotError } from './lerobotError.js';

/** `mean`, `std`, `min`, `max`, `count`, `q01` … of a feature, flat in C order. */
export type FeatureStatistics = ReadonlyMap<string, readonly number[]>;

/** The statistics of several episodes as one, as LeRobot's `aggregate_feature_stats`: variances by the parallel algorithm, quantiles by weighted means. */
export class JoinedStatistics {
  private readonly width: number;
  private readonly quantiles: readonly string[];
  private count = 0;
  /** Σ count · value of the means and the quantiles, Σ count · (variance + mean²), least and largest. */
  private readonly sums = new Map<string, Float64Array>();
  private readonly squares: Float64Array;
  private readonly least: Float64Array;
  private readonly largest: Float64Array;
  /** Sums are taken from the first episode's mean on, so that far offsets do not cost digits. */
  private readonly origin: readonly number[];

  constructor(
    private readonly name: string,
    first: FeatureStatistics,
    place: string,
  ) {
    this.origin = first.get('mean') ?? [];
    this.width = this.origin.length;
    this.quantiles = [...first.keys()].filter((statistic) => /^q\d+$/.test(statistic));
    this.squares = new Float64Array(this.width);
    this.least = new Float64Array(this.width).fill(Number.POSITIVE_INFINITY);
    this.largest = new Float64Array(this.width).fill(Number.NEGATIVE_INFINITY);
    for (const statistic of ['mean', ...this.quantiles])
      this.sums.set(statistic, new Float64Array(this.width));
    this.add(first, place);
  }

  add(statistics: FeatureStatistics, place: string): void {
    const [count] = this.values(statistics, 'count', place, 1);
    const of = (name: string) => this.values(statistics, name, place, this.width);
    const [mean, std, least, largest] = [of('mean'), of('std'), of('min'), of('max')];
    this.count += count!;
    const quantiles = this.quantiles.map((name) => [name, of(name)] as const);
    for (const [name, values] of [['mean', mean] as const, ...quantiles]) {
      const sum = this.sums.get(name)!;
      for (let i = 0; i < this.width; i += 1) sum[i]! += count! * (values[i]! - this.origin[i]!);
    }
    for (let i = 0; i < this.width; i += 1) {
      this.squares[i]! += count! * (std[i]! ** 2 + (mean[i]! - this.origin[i]!) ** 2);
      this.least[i] = Math.min(this.least[i]!, least[i]!);
      this.largest[i] = Math.max(this.largest[i]!, largest[i]!);
    }
  }

  result(): FeatureStatistics {
    const shifts = this.sums.get('mean')!.map((sum) => sum / this.count);
    const std = this.squares.map((sum, i) => Math.sqrt(Math.max(0, sum / this.count - shifts[i]! ** 2)));
    const averaged = [...this.sums].map(
      ([name, sum]) => [name, Array.from(sum, (value, i) => value / this.count + this.origin[i]!)] as const,
    );
    return new Map<string, readonly number[]>([
      ['min', [...this.least]],
      ['max', [...this.largest]],
      ['std', [...std]],
      ['count', [this.count]],
      ...averaged,
    ]);
  }

  private values(
    statistics: FeatureStatistics,
    name: string,
    place: string,
    width: number,
  ): readonly number[] {
    const values = statistics.get(name);
    if (values?.length === width) return values;
    const found = values === undefined ? 'missing' : `${values.length} values`;
    throw wrongStatistics(place, `${shownName(`${this.name}.${name}`)} is ${found}, expected ${width}`);
  }
}

export function wrongStatistics(place: string, message: string): LerobotError {
  const hint = 'Compute the statistics again, or copy the data set again.';
  return new LerobotError('lerobot-data-set', place, message, hint);
}
