/** A standard output that can no longer be written: a reader that went away does not end a job; a full disk is reported and counts as a failure. */
import { DiskError, diskError } from '../base/diskErrors.js';

interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** `fail` is called with a message when the printed output is incomplete. */
export function heedBrokenOutput({ stdout, stderr }: Streams, fail: (text: string) => void): void {
  let isTold = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `| head` has read what it wanted; a training that feeds it continues.
    if (isTold || error.code === 'EPIPE') return;
    isTold = true;
    const known = diskError(error, 'standard output');
    const hint = known instanceof DiskError ? `\n  → ${known.hint}` : '';
    fail(`error: ${(known as Error).message}${hint}\n`);
  });
  stderr.on('error', () => undefined); // there is nowhere left to report it
}
