/** What happens to a problem in a config: thrown where a run depends on it, collected where as much as possible should be shown. */
import { ConfigError } from './configError.js';

export interface Tolerance {
  /** Throws or collects the problem; an error that is not the user's is always thrown. */
  report(problem: unknown): void;
}

export const STRICT: Tolerance = {
  report(problem) {
    throw problem;
  },
};

/** How many problems of one config are kept; more would not help a reader. */
const MAX_PROBLEMS = 500;

export class Collected implements Tolerance {
  readonly problems: ConfigError[] = [];
  report(problem: unknown): void {
    if (!(problem instanceof ConfigError)) throw problem;
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
