/** Errors of the bulk reader, and how any error crosses from its thread. */
import { diskError } from '../../engine/base/diskErrors.js';
import { RegripError } from '../../engine/base/errors.js';
import type { ReaderFailure } from './readerMessages.js';

type ReaderFault =
  | 'reader-request' // what was requested is not in the file, or exceeds what can be returned at once
  | 'reader-picture' // there is no frame, or it cannot be shown
  | 'reader-crashed'
  | 'reader-memory'
  | 'reader-timeout'
  | 'reader-disposed';

export const SLOW_DRIVE = 'Check that its drive is connected, or try a copy on a local disk.';

export class ReaderError extends RegripError<ReaderFault> {
  constructor(code: ReaderFault, file: string | undefined, message: string, hint?: string, cause?: unknown) {
    super({
      code,
      message,
      ...(file === undefined ? {} : { file }),
      ...(hint === undefined ? {} : { hint }),
      cause,
    });
  }
}

/** An error as plain data; its cause stays behind. */
export function failureOf(raised: unknown): ReaderFailure {
  const error = diskError(raised);
  if (error instanceof RegripError) {
    const { code, hint, file, message } = error;
    return { code, message, hint, file, stack: undefined };
  }
  const known = error instanceof Error ? error : new Error(String(error));
  const stack = known.stack ?? known.message;
  return { code: 'internal', message: known.message, hint: undefined, file: undefined, stack };
}

/** The error that `failureOf` was given: a `RegripError` with the same code, or a plain one for an internal fault. */
export function errorOf({ code, message, hint, file, stack }: ReaderFailure): Error {
  if (stack === undefined) {
    const own = file === undefined ? message : message.slice(`${file}: `.length);
    return new RegripError({
      code,
      message: own,
      ...(hint === undefined ? {} : { hint }),
      ...(file === undefined ? {} : { file }),
    });
  }
  const error = new Error(message);
  error.stack = stack;
  return error;
}
