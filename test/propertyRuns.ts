/** How many cases a property runs: all of them where every change is checked, fewer at a desk. */

const IN_CI = 10_000;
const AT_A_DESK = 500;

/** A suite's `share` of the cases, in which its reader's suites add up to 1. `REGRIP_PROPERTY_RUNS` overrides both counts. */
export function propertyRuns(share: number): number {
  return Math.ceil(share * allRuns());
}

function allRuns(): number {
  const asked = Number(process.env['REGRIP_PROPERTY_RUNS']);
  if (Number.isSafeInteger(asked) && asked > 0) return asked;
  return process.env['CI'] === 'true' ? IN_CI : AT_A_DESK;
}
