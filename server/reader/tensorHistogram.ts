/** One tensor's numbers: range, mean, spread, non-finite counts, histogram. Read twice in blocks, so any size fits. */

import { breathe } from '../../engine/base/breathe.js';
import { elementCount } from '../../engine/formats/checkpoint/dtypes.js';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import type { CheckpointIndex, TensorInfo } from '../../engine/formats/checkpoint/types.js';
import { ReaderError } from './readerErrors.js';
import type { HistogramParams, TensorHistogram } from './readerMessages.js';
import type { Task } from './task.js';
import { tensorNumbers } from './tensorNumbers.js';

/** Maximum number of a chart's bins. */
const MAX_BINS = 1024;

/** Throws `CheckpointError`, or `reader-request` when the tensor does not exist or does not hold real numbers. */
export async function tensorHistogram(params: HistogramParams, task: Task): Promise<TensorHistogram> {
  const { path, bins } = params;
  if (!Number.isInteger(bins) || bins < 1 || bins > MAX_BINS)
    throw new ReaderError(
      'reader-request',
      path,
      `${bins} bins were requested, but only 1 to ${MAX_BINS} are possible`,
    );
  const file = await openCheckpoint(path);
  try {
    const tensor = tensorOf(file.index, params);
    const { shape, dtype } = tensor;
    const blocks = () => numbersOf(path, tensor, file.blocks(tensor), task);
    const moments = new Moments();
    for await (const numbers of blocks()) moments.add(numbers);
    const figures = { shape, dtype, elements: elementCount(shape), ...moments.done() };
    return { ...figures, counts: await countsOf(blocks, figures, bins) };
  } finally {
    await file.close();
  }
}

function tensorOf(index: CheckpointIndex, { path, stateDict, key }: HistogramParams): TensorInfo {
  const dicts = index.stateDicts;
  const list = Object.hasOwn(dicts, stateDict) ? dicts[stateDict]! : undefined;
  const tensor = list?.find((each) => each.key === key);
  if (tensor !== undefined) return tensor;
  const found =
    list === undefined ? `${stateDict}, only ${Object.keys(dicts).join(', ')}` : `${key} in ${stateDict}`;
  throw new ReaderError('reader-request', path, `there is no ${found}`);
}

async function* numbersOf(
  path: string,
  { key, dtype }: TensorInfo,
  blocks: AsyncIterable<Uint8Array>,
  task: Task,
): AsyncGenerator<Float64Array> {
  // Checked first, so that a tensor without elements is checked too.
  if (tensorNumbers(dtype, new Uint8Array()) === undefined)
    throw new ReaderError(
      'reader-request',
      path,
      `${key} has elements of ${dtype}, which are not real numbers`,
    );
  for await (const block of blocks) {
    await breathe(task.signal);
    yield tensorNumbers(dtype, block)!;
  }
}

type Figures = Omit<TensorHistogram, 'shape' | 'dtype' | 'elements' | 'counts'>;

/** Counts, range, and mean and variance joined block by block (Chan, Golub and LeVeque 1979), which loses no digits over millions. */
class Moments {
  private count = 0;
  private mean = 0;
  /** Sum of the squared distances from the mean. */
  private squares = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;
  private nan = 0;
  private infinite = 0;
  private zeros = 0;

  add(numbers: Float64Array): void {
    let [finite, sum] = [0, 0];
    for (const value of numbers) {
      if (!this.tally(value)) continue;
      finite++;
      sum += value;
    }
    if (finite === 0) return;
    const mean = sum / finite;
    let squares = 0;
    for (const value of numbers) if (Number.isFinite(value)) squares += (value - mean) ** 2;
    this.join(finite, mean, squares);
  }

  /** Whether the value is finite. */
  private tally(value: number): boolean {
    if (!Number.isFinite(value)) {
      if (Number.isNaN(value)) this.nan++;
      else this.infinite++;
      return false;
    }
    if (value === 0) this.zeros++;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    return true;
  }

  private join(count: number, mean: number, squares: number): void {
    const total = this.count + count;
    const apart = mean - this.mean;
    this.squares += squares + apart ** 2 * this.count * (count / total);
    this.mean += apart * (count / total);
    this.count = total;
  }

  done(): Figures {
    const { count, min, max, nan, infinite, zeros } = this;
    const isKnown = count > 0;
    return {
      min: isKnown ? min : null,
      max: isKnown ? max : null,
      mean: finiteOrNull(isKnown, this.mean),
      std: finiteOrNull(count > 1, Math.sqrt(this.squares / (count - 1))),
      nan,
      infinite,
      zeros,
    };
  }
}

/** Squares of the largest doubles overflow. */
function finiteOrNull(isKnown: boolean, value: number): number | null {
  return isKnown && Number.isFinite(value) ? value : null;
}

async function countsOf(
  blocks: () => AsyncIterable<Float64Array>,
  { min, max }: Pick<Figures, 'min' | 'max'>,
  bins: number,
): Promise<number[]> {
  if (min === null || max === null) return [];
  // Halves, since the span of the largest doubles is not a double.
  const half = max / 2 - min / 2;
  const counts = new Array<number>(half > 0 ? bins : 1).fill(0);
  for await (const numbers of blocks()) {
    for (const value of numbers) {
      if (!Number.isFinite(value)) continue;
      const place = half > 0 ? ((value / 2 - min / 2) / half) * bins : 0;
      counts[Math.min(counts.length - 1, Math.floor(place))]!++;
    }
  }
  return counts;
}
