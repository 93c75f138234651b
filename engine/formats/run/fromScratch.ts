/** Tells from a run's first losses that it began from scratch although weights were promised. */

/** Steps that are looked at: one loss may be high by chance. */
export const FIRST_STEPS = 5;
/**
 * The policy predicts unit noise, so without knowledge its squared error is about 1 (measured: 1.02 to 1.07 from scratch and with action
 * layers drawn anew; 0.04 to 0.28 with inherited ones).
 */
const FROM_SCRATCH = { least: 0.85, most: 1.3 } as const;

/** `losses` are the run's first steps in order. Undefined while there are too few to say. */
export function looksFromScratch(losses: readonly number[]): boolean | undefined {
  if (losses.length < FIRST_STEPS) return undefined;
  const sorted = losses.slice(0, FIRST_STEPS).sort((a, b) => a - b);
  const median = sorted[Math.floor(FIRST_STEPS / 2)]!;
  return median >= FROM_SCRATCH.least && median <= FROM_SCRATCH.most;
}
