/** What a request may use while it runs on the thread. */
import type { Held } from './held.js';

export interface Task {
  readonly signal: AbortSignal;
  /** State of the requested file. */
  readonly stamp: string | undefined;
  readonly held: Held;
}
