/** What the checks need to know about a data set's columns: ranges, whether the gripper ever changes, its polarity. Images are not read. */
import { RegripError, throwIfAborted } from '../../base/errors.js';
import type { DataSet, DataSetColumn } from '../../formats/dataSet.js';
import { poseWidth } from '../../formats/poseLayout.js';
import { JudgeError } from '../judgeError.js';
import { lowDimWidth, MAX_STEPS } from './dataColumns.js';
import { ACTION, type Polarity, polarityOf } from './dataPolarity.js';
import { type ColumnRange, rangesOf } from './dataRanges.js';

export interface DataSetFacts {
  readonly steps: number;
  readonly episodeLengths: readonly number[];
  /** The low-dimensional arrays, (N,) and (N, D), by name. */
  readonly ranges: Readonly<Record<string, readonly ColumnRange[]>>;
  /** Low-dimensional arrays that could not be read; the others still count. */
  readonly unread: readonly { readonly array: string; readonly code: string; readonly message: string }[];
  /** The last column of `action`, the gripper of 8-D actions; null where it was not read. */
  readonly lastAction: LastActionColumn | null;
  /** Null without 8-D actions or without `robot_gripper_state`. */
  readonly polarity: Polarity | null;
}

interface LastActionColumn extends ColumnRange {
  readonly column: number;
  readonly uniqueValues: number;
  /** False when counting stopped at the limit. */
  readonly isCountExact: boolean;
  /** Values before a gripper, where the data set says how rotations are written; else 7. */
  readonly poseWidth?: number;
}

/** More distinct values than any gripper takes; beyond this, it is only known that there are more. */
const MAX_UNIQUE = 10_000;

/** An array that cannot be read is listed among the facts. Throws `data-set-array` where there are more steps than can be examined. */
export async function dataSetFacts(data: DataSet, signal?: AbortSignal): Promise<DataSetFacts> {
  const steps = data.episodeEnds.at(-1) ?? 0;
  if (steps > MAX_STEPS)
    throw new JudgeError({
      code: 'data-set-array',
      file: data.path,
      message: `has ${steps} steps, but at most ${MAX_STEPS} can be examined`,
    });
  const ranges = new Map<string, readonly ColumnRange[]>();
  const unread: DataSetFacts['unread'][number][] = [];
  const unique = new Set<number>();
  const count = (value: number): void => {
    if (unique.size <= MAX_UNIQUE && Number.isFinite(value)) unique.add(value);
  };
  for (const [name, column] of data.columns) {
    const width = lowDimWidth(column);
    if (width === undefined) continue;
    try {
      ranges.set(name, await rangesOf(data, name, width, name === ACTION ? count : undefined, signal));
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof RegripError)) throw error;
      unread.push({ array: name, code: error.code, message: error.message });
    }
  }
  return {
    steps,
    episodeLengths: data.episodeEnds.map((end, e) => end - (data.episodeEnds[e - 1] ?? 0)),
    ranges: Object.fromEntries(ranges),
    unread,
    lastAction: lastAction(data.columns.get(ACTION), ranges.get(ACTION), unique),
    polarity: await polarityOf(data, ranges, signal),
  };
}

function lastAction(
  action: DataSetColumn | undefined,
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
    ...(action?.rotation && { poseWidth: poseWidth(action) }),
  };
}
