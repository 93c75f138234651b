/** Typed calls over a connection: incoming messages are checked against their schemas, and every call settles. */
import * as v from 'valibot';
import {
  CancellationTokenSource,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
} from 'vscode-jsonrpc/node';
import { diskError } from '../../base/diskErrors.js';
import { RegripError, throwIfAborted } from '../../base/errors.js';
import { indentedLines } from '../../base/terminal.js';
import { type JobFailure, jobFailure } from '../jobs.js';
import type { Call, Told } from '../supervisorMessages.js';
import { WireError } from '../wireError.js';
import { requireSendable } from './wire.js';

/** Answers `call`; a RegripError from `handle` reaches the caller with its code and hint. */
export function answerCall<Asked, Params, Result>(
  connection: MessageConnection,
  { type, params }: Call<Asked, Params, Result>,
  handle: (params: Params) => Result | Promise<Result>,
): void {
  connection.onRequest(type, async (asked) => {
    try {
      const answer = await handle(checked(params, asked, type.method, 'parameters'));
      requireSendable(answer);
      return answer;
    } catch (error) {
      throw asResponse(error);
    }
  });
}

/** Listens for `notice`; one that does not match its schema goes to `onProblem`. */
export function hear<Params>(
  connection: MessageConnection,
  { type, params }: Told<Params>,
  handle: (params: Params) => void,
  onProblem: (problem: Error) => void,
): void {
  connection.onNotification(type, (told) => {
    try {
      handle(checked(params, told, type.method, 'parameters'));
    } catch (error) {
      onProblem(error as Error);
    }
  });
}

/**
 * Settles with the answer, with the peer's error, with the signal's reason, or with `gone()` when the connection ends first. An
 * aborted call may still be carried out.
 */
export async function ask<Asked, Params, Result>(
  connection: MessageConnection,
  { type, result }: Call<Asked, Params, Result>,
  asked: Asked,
  { signal, gone }: { readonly signal?: AbortSignal | undefined; readonly gone: () => RegripError },
): Promise<Result> {
  throwIfAborted(signal);
  requireSendable(asked);
  const cancellation = new CancellationTokenSource();
  const abort = (): void => cancellation.cancel();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const answered = connection.sendRequest(type.method, asked, cancellation.token);
    const answer = await unlessAborted(answered, signal);
    return checked(result, answer, type.method, 'answer');
  } catch (error) {
    throwIfAborted(signal);
    throw asCallError(error, gone);
  } finally {
    signal?.removeEventListener('abort', abort);
    cancellation.dispose();
  }
}

/** Settles as `promise` does, or with the signal's reason if that is aborted first. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function checked<Params>(
  schema: v.GenericSchema<never, Params> | v.GenericSchema<unknown, Params>,
  value: unknown,
  method: string,
  what: 'parameters' | 'answer',
): Params {
  const { success, output, issues } = v.safeParse(schema, value);
  if (success) return output;
  const [{ message, ...issue }] = issues;
  const place = v.getDotPath(issue as (typeof issues)[0]);
  throw new WireError({
    code: 'message-unexpected',
    message: `${method}: ${what}${place === null ? '' : `: ${place}`}: ${message}`,
    hint: 'the editor and the engine may have different versions: reload the window',
  });
}

/** The facts of an error, for a peer. Anything but a RegripError is an internal fault. */
export function failureOf(raised: unknown): JobFailure {
  const error = diskError(raised);
  if (error instanceof RegripError) {
    const { code, hint } = error;
    const message = shortened(error.message);
    return hint === undefined ? { code, message } : { code, message, hint };
  }
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message: shortened(indentedLines(said)) };
}

/** Some messages list every episode. */
const MAX_SAID = 4000;

function shortened(text: string): string {
  return text.length <= MAX_SAID ? text : `${text.slice(0, MAX_SAID)} …`;
}

function asResponse(error: unknown): ResponseError<JobFailure> {
  const failure = failureOf(error);
  const kind = failure.code === 'message-unexpected' ? ErrorCodes.InvalidParams : ErrorCodes.InternalError;
  return new ResponseError(kind, failure.message, failure);
}

/** The connection ended before the answer, or before the request was written. */
const ENDED: ReadonlySet<number> = new Set([
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.MessageWriteError,
]);

function asCallError(error: unknown, gone: () => RegripError): Error {
  if (error instanceof RegripError) return error;
  if (error instanceof ResponseError && !ENDED.has(error.code)) {
    const known = v.safeParse(jobFailure, error.data);
    if (!known.success) return new WireError({ code: 'call-failed', message: error.message });
    const { hint, ...facts } = known.output;
    return new RegripError(hint === undefined ? facts : { ...facts, hint });
  }
  return gone();
}
