/** What the checks want to know of a data set's columns: ranges, whether the gripper ever changes, its polarity. Images are not read. */
import { RegripError, throwIfAborted } from '../../base/errors.js';
import type { ReplayBuffer } from '../../formats/zarr/index.js';
import { blocksOf, lowDimWidth, MAX_STEPS } from './dataColumns.js';
import { ACTION, polarityOf } from './dataPolarity.js';

export interface DataSetFacts {
  readonly steps: number;
  readonly episodeLengths: readonly number[];
  /** The low-dimensional arrays, (N,) and (N, D), by name. */
  readonly ranges: Readonly<Record<string, readonly ColumnRange[]>>;
  /** Low-dimensional arrays that could not be read; the others count nevertheless. */
  readonly unread: readonly { readonly array: string; readonly code: string; readonly message: string }[];
  /** The last column of `action`, the gripper of 8-D actions; null where it was not read. */
  readonly lastAction: LastActionColumn | null;
  /** Null without 8-D actions or without `robot_gripper_state`. */
  readonly polarity: Polarity | null;
}

/** Of the finite values; null without one. */
export interface ColumnRange {
  readonly min: number | null;
  readonly max: number | null;
  readonly notFinite: number;
  /** The first step whose value is NaN or infinite, of all steps; undefined where none is. */
  readonly firstNotFinite?: number;
}

export interface LastActionColumn extends ColumnRange {
  readonly column: number;
  readonly uniqueValues: number;
  /** False when there are more than were counted. */
  readonly isCountExact: boolean;
}

/** Whether the commanded gripper stands on the side on which the observed one stands a step later, each in its own range. */
export interface Polarity {
  readonly verdict: 'agree' | 'opposite' | 'undecided';
  /** Steps at which both are on a side. */
  readonly compared: number;
  readonly agreed: number;
}

/** More values than any gripper takes; that there are more is known then. */
const MAX_UNIQUE = 10_000;

/** Throws `ZarrError` when the folder is no replay buffer; an array that cannot be read is told among the facts. */
export async function dataSetFacts(buffer: ReplayBuffer, signal?: AbortSignal): Promise<DataSetFacts> {
  const steps = buffer.episodeEnds.at(-1) ?? 0;
  if (steps > MAX_STEPS)
    throw new RegripError({
      code: 'data-set-array',
      file: buffer.path,
      message: `has ${steps} steps, at most ${MAX_STEPS} are looked at`,
    });
  const ranges = new Map<string, RangeBuilder[]>();
  const unread: DataSetFacts['unread'][number][] = [];
  const unique = new Set<number>();
  for (const [name, info] of buffer.arrays) {
    const width = lowDimWidth(info);
    if (width === undefined) continue;
    try {
      ranges.set(name, await rangesOf(buffer, name, width, name === ACTION ? unique : undefined, signal));
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof RegripError)) throw error;
      unread.push({ array: name, code: error.code, message: error.message });
    }
  }
  const found = new Map([...ranges].map(([name, builders]) => [name, builders.map((each) => each.done())]));
  return {
    steps,
    episodeLengths: buffer.episodeEnds.map((end, e) => end - (buffer.episodeEnds[e - 1] ?? 0)),
    ranges: Object.fromEntries(found),
    unread,
    lastAction: lastAction(found.get(ACTION), unique),
    polarity: await polarityOf(buffer, found, signal),
  };
}

async function rangesOf(
  buffer: ReplayBuffer,
  name: string,
  width: number,
  unique: Set<number> | undefined,
  signal: AbortSignal | undefined,
): Promise<RangeBuilder[]> {
  const builders = Array.from({ length: width }, () => new RangeBuilder());
  const steps = buffer.arrays.get(name)!.shape[0]!;
  for await (const { values, start } of blocksOf(buffer, name, [0, steps], signal)) {
    for (let at = 0; at < values.length; at++)
      builders[at % width]!.add(values[at]!, start + Math.floor(at / width));
    if (unique === undefined) continue;
    for (let at = width - 1; at < values.length && unique.size <= MAX_UNIQUE; at += width)
      if (Number.isFinite(values[at]!)) unique.add(values[at]!);
  }
  return builders;
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

function lastAction(
  ranges: readonly ColumnRange[] | undefined,
  unique: ReadonlySet<number>,
): LastActionColumn | null {
  const last = ranges?.at(-1);
  if (ranges === undefined || last === undefined) return null;
  const isCountExact = unique.size <= MAX_UNIQUE;
  return {
    ...last,
    column: ranges.length - 1,
    uniqueValues: Math.min(unique.size, MAX_UNIQUE),
    isCountExact,
  };
}
