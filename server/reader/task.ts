/** What a request may use while it runs on the thread. */
import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../engine/base/errors.js';
import type { Held } from './held.js';

export interface Task {
  readonly signal: AbortSignal;
  /** State of the file that was asked about. */
  readonly stamp: string | undefined;
  readonly held: Held;
}

/** Lets messages in, a cancellation among them, and throws when there was one; called between pieces of work. */
export async function breathe({ signal }: Task): Promise<void> {
  await setImmediate();
  throwIfAborted(signal);
}
