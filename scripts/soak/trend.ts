/** Whether a measure stays flat over many rounds: what a leak adds is told from what a garbage collector leaves lying about. */

/** Rounds of the beginning that fill caches and compile code: not judged. */
const WARM_UP = 1 / 4;
/** Fewer say nothing. */
export const FEWEST_ROUNDS = 8;

interface Trend {
  /** Medians of the first and the last third of the rounds that are judged. */
  readonly before: number;
  readonly after: number;
  readonly isFlat: boolean;
}

interface Allowance {
  /** In the measure's own unit. */
  readonly absolute: number;
  /** Of `before`. */
  readonly relative: number;
}

/** Flat: the last third's median is above the first's by no more than both allowances together. Throws RangeError for too few rounds. */
export function trendOf(values: readonly number[], { absolute, relative }: Allowance): Trend {
  if (values.length < FEWEST_ROUNDS)
    throw new RangeError(`${values.length} rounds are too few to judge: at least ${FEWEST_ROUNDS}`);
  const judged = values.slice(Math.floor(values.length * WARM_UP));
  const third = Math.floor(judged.length / 3);
  const before = median(judged.slice(0, third));
  const after = median(judged.slice(-third));
  return { before, after, isFlat: after <= before + absolute + relative * before };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
