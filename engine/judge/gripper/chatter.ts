/**
 * When switching counts as chatter. Derived from sixteen public logs: an intended hold lasts 6 inference steps or more there (a step is
 * a chunk of 8 actions), and the logs that switch have 0, 1, 1, 2 and 53 dwells of 3 steps or fewer. One short dwell is a pulse and two are one bounce on the way to a hold, and both are reported as such; three or more are chatter, provided that short dwells are a large share of all (65 % in the log with 53), since a long run with hundreds of grasps may bounce a few times.
 */
export const SHORT_DWELL = 3;
const LEAST_SHORT_DWELLS = 3;
const LEAST_SHARE = 1 / 3;

export function shortDwells(dwells: readonly number[]): number {
  return dwells.filter((dwell) => dwell <= SHORT_DWELL).length;
}

export function isChatter(dwells: readonly number[]): boolean {
  const short = shortDwells(dwells);
  return short >= LEAST_SHORT_DWELLS && short >= LEAST_SHARE * dwells.length;
}
