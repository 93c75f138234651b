/** Lets a long loop give way to other events, such as messages and cancellation. */
import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from './errors.js';

/** Called between pieces of work; throws once the signal is aborted. */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  throwIfAborted(signal);
}
