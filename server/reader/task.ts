/** What a request may use while it runs on the thread. */
import type { Held } from './held.js';

export interface Task {
  readonly signal: AbortSignal;
  /** State of the file that was asked about. */
  readonly stamp: string | undefined;
  readonly held: Held;
}
