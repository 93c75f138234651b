/** How fast a data set was recorded, from the times of its steps. */

/** Rates that a camera or a controller has; others are gaps or clocks of another kind. */
const LEAST = 0.1;
const MOST = 1_000;

/** Steps per second: one over the median of the times between steps, so that pauses between episodes do not count. `times` in seconds. */
export function frameRate(times: readonly (number | null)[]): number | null {
  const gaps = times.flatMap((time, i) => {
    const before = times[i - 1];
    return time === null || before == null || time <= before ? [] : [time - before];
  });
  if (gaps.length === 0) return null;
  const rate = 1 / gaps.toSorted((a, b) => a - b)[gaps.length >> 1]!;
  return rate >= LEAST && rate <= MOST ? rate : null;
}
