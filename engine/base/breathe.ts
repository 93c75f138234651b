/** Long loops let other events in: messages, and the cancellation among them. */
import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from './errors.js';

/** Called between pieces of work; throws once the signal is aborted. */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  throwIfAborted(signal);
}
