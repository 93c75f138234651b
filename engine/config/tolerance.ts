/** What becomes of a problem in a config: thrown where a run is at stake, collected where as much as possible is to be shown. */
import { RegripError } from '../base/errors.js';

export interface Tolerance {
  /** Throws, or keeps the problem; anything that is no problem of the user's is always thrown. */
  report(problem: unknown): void;
}

export const STRICT: Tolerance = {
  report(problem) {
    throw problem;
  },
};

/** Problems of one config that are kept; beyond these a reader gains nothing. */
const MAX_PROBLEMS = 500;

export class Collected implements Tolerance {
  readonly problems: RegripError[] = [];
  report(problem: unknown): void {
    if (!(problem instanceof RegripError)) throw problem;
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  }
}

export function attempt<T>(tolerance: Tolerance, work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (problem) {
    tolerance.report(problem);
    return otherwise;
  }
}

export async function attemptAsync<T>(
  tolerance: Tolerance,
  work: () => Promise<T>,
  otherwise: T,
): Promise<T> {
  try {
    return await work();
  } catch (problem) {
    tolerance.report(problem);
    return otherwise;
  }
}
