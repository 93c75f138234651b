/** How a normaliser maps each of its dimensions, told from its numbers alone: upstream stores no name for it. */
import { type FieldStatistics, RANGE_EPSILON } from './limits.js';

/** To -1 … 1 by the least and largest value; by mean and deviation; unchanged; in some other way. */
export type NormalizerMode = 'limits' | 'gaussian' | 'identity' | 'other';

/** Float32 arithmetic of another machine, and of sums over millions of rows. */
const TOLERANCE = 1e-3;

/** Of each dimension, in order. A dimension that hardly moves is centred in the mode `limits`. */
export function modesOf({ scale, offset, min, max, mean, std }: FieldStatistics): NormalizerMode[] {
  return Array.from(scale, (factor, at): NormalizerMode => {
    const shift = offset[at]!;
    const [least, most] = [factor * min[at]! + shift, factor * max[at]! + shift];
    const isCentred = max[at]! - min[at]! < RANGE_EPSILON && factor === 1 && isNear(least, 0);
    if (isCentred || (isNear(least, -1) && isNear(most, 1))) return 'limits';
    if (factor === 1 && shift === 0) return 'identity';
    const isUnit = std[at]! < RANGE_EPSILON ? factor === 1 : isNear(factor * std[at]!, 1);
    return isUnit && isNear(factor * mean[at]! + shift, 0) ? 'gaussian' : 'other';
  });
}

function isNear(found: number, expected: number): boolean {
  return Math.abs(found - expected) <= TOLERANCE;
}

/** The same statistics with the scale and offset of upstream's mode `gaussian` (`normalizer.py`, `_fit`). */
export function gaussian(statistics: FieldStatistics): FieldStatistics {
  const scale = statistics.std.map((deviation) => (deviation < RANGE_EPSILON ? 1 : 1 / deviation));
  const offset = statistics.mean.map((mean, at) => -Math.fround(mean * scale[at]!));
  return { ...statistics, scale, offset };
}
