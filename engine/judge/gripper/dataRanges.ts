/** The range of each column of a data set's low-dimensional arrays, and what in it is not finite. */
import type { DataSet } from '../../formats/dataSet.js';
import { blocksOf } from './dataColumns.js';

/** Of the finite values; null without one. */
export interface ColumnRange {
  readonly min: number | null;
  readonly max: number | null;
  readonly notFinite: number;
  /** The first step whose value is NaN or infinite, of all steps; undefined where none is. */
  readonly firstNotFinite?: number;
}

/** `seen` is called with the last column of each step. */
export async function rangesOf(
  data: DataSet,
  name: string,
  width: number,
  seen: ((value: number) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<ColumnRange[]> {
  const builders = Array.from({ length: width }, () => new RangeBuilder());
  const steps = data.columns.get(name)!.shape[0]!;
  for await (const { values, start } of blocksOf(data, name, [0, steps], signal)) {
    for (let at = 0; at < values.length; at++)
      builders[at % width]!.add(values[at]!, start + Math.floor(at / width));
    if (seen !== undefined) for (let at = width - 1; at < values.length; at += width) seen(values[at]!);
  }
  return builders.map((each) => each.done());
}

class RangeBuilder {
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;
  private notFinite = 0;
  private firstNotFinite: number | undefined;

  add(value: number, step: number): void {
    // Training reads float32, in which a larger float64 is infinite.
    if (!Number.isFinite(Math.fround(value))) {
      this.notFinite++;
      this.firstNotFinite ??= step;
    } else {
      if (value < this.min) this.min = value;
      if (value > this.max) this.max = value;
    }
  }

  done(): ColumnRange {
    const { min, max, firstNotFinite } = this;
    const notFinite = {
      notFinite: this.notFinite,
      ...(firstNotFinite === undefined ? {} : { firstNotFinite }),
    };
    return min > max ? { min: null, max: null, ...notFinite } : { min, max, ...notFinite };
  }
}
