/** One check: it looks at one thing and finds what is wrong with it. */
import type { CheckContext } from './context.js';
import type { Finding } from './finding.js';

export interface Check {
  run(context: CheckContext): readonly Finding[] | Promise<readonly Finding[]>;
}
