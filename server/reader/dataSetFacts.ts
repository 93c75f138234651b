/** What the checks want to know of a data set's columns: ranges, whether the gripper ever changes, its polarity. Images are not read. */
import { RegripError, throwIfAborted } from '../../engine/base/errors.js';
import type { ReplayBuffer } from '../../engine/formats/zarr/index.js';
import { lengthsOf } from './episodes.js';
import { ReaderError } from './errors.js';
import { blocksOf, lowDimWidth, MAX_STEPS } from './lowDim.js';
import { ACTION, polarityOf } from './polarity.js';
import type { ColumnRange, DataSetFacts, LastActionColumn, PathParams } from './protocol.js';
import type { Task } from './task.js';

/** More values than any gripper takes; that there are more is known then. */
const MAX_UNIQUE = 10_000;

/** Throws `ZarrError` when the folder is no replay buffer; an array that cannot be read is told among the facts. */
export async function dataSetFacts({ path }: PathParams, task: Task): Promise<DataSetFacts> {
  const buffer = await task.held.replayBuffer(path, task.stamp);
  const steps = buffer.episodeEnds.at(-1) ?? 0;
  if (steps > MAX_STEPS)
    throw new ReaderError('reader-request', path, `has ${steps} steps, at most ${MAX_STEPS} are looked at`);
  const ranges = new Map<string, RangeBuilder[]>();
  const unread: DataSetFacts['unread'][number][] = [];
  const unique = new Set<number>();
  for (const [name, info] of buffer.arrays) {
    const width = lowDimWidth(info);
    if (width === undefined) continue;
    try {
      ranges.set(name, await rangesOf(buffer, name, width, name === ACTION ? unique : undefined, task));
    } catch (error) {
      throwIfAborted(task.signal);
      if (!(error instanceof RegripError)) throw error;
      unread.push({ array: name, code: error.code, message: error.message });
    }
  }
  const found = new Map([...ranges].map(([name, builders]) => [name, builders.map((each) => each.done())]));
  return {
    steps,
    episodeLengths: lengthsOf(buffer.episodeEnds),
    ranges: Object.fromEntries(found),
    unread,
    lastAction: lastAction(found.get(ACTION), unique),
    polarity: await polarityOf(buffer, found, task),
  };
}

async function rangesOf(
  buffer: ReplayBuffer,
  name: string,
  width: number,
  unique: Set<number> | undefined,
  task: Task,
): Promise<RangeBuilder[]> {
  const builders = Array.from({ length: width }, () => new RangeBuilder());
  const steps = buffer.arrays.get(name)!.shape[0]!;
  for await (const { values } of blocksOf(buffer, name, [0, steps], task)) {
    for (let at = 0; at < values.length; at++) builders[at % width]!.add(values[at]!);
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

  add(value: number): void {
    if (!Number.isFinite(value)) this.notFinite++;
    else {
      if (value < this.min) this.min = value;
      if (value > this.max) this.max = value;
    }
  }

  done(): ColumnRange {
    const { min, max, notFinite } = this;
    return min > max ? { min: null, max: null, notFinite } : { min, max, notFinite };
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
