/** Finds the listening supervisor and greets it. */
import { readFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { RegripError } from '../../base/errors.js';
import { type Call, dropped, hello, PROTOCOL_VERSION } from '../supervisorMessages.js';
import { WireError } from '../wireError.js';
import { ask, hear } from './calls.js';
import type { Places } from './places.js';
import { openWire } from './wire.js';

/** A greeted supervisor. */
export interface Peer {
  readonly pid: number;
  readonly code: string;
  call<Asked, Params, Result>(
    call: Call<Asked, Params, Result>,
    asked: Asked,
    signal?: AbortSignal,
  ): Promise<Result>;
  /** Settles once the connection is closed by either side, with the reason. */
  readonly closed: Promise<RegripError>;
  close(): void;
}

/** A working supervisor answers within milliseconds; one stopped in a debugger must not block its clients. */
const GREETING_MS = 10_000;

/**
 * Undefined where none listens. `prepare` adds handlers before the first message can arrive. Throws `wrong-token`, `engine-silent`, or
 * the supervisor's reason for refusing us.
 */
export async function findSupervisor(
  places: Places,
  code: string,
  prepare: (connection: MessageConnection) => void = () => undefined,
): Promise<Peer | undefined> {
  const socket = await connectTo(places.socket);
  if (socket === undefined) return undefined;
  const token = (await readFile(places.token, 'utf8').catch(() => '')).trim();
  if (socket.destroyed) return undefined;
  try {
    return await greet(socket, token, code, prepare);
  } catch (error) {
    // It ended during the greeting: nobody is listening any more.
    if (error instanceof RegripError && error.code === 'engine-gone') return undefined;
    throw error;
  }
}

/** Undefined when nobody listens. */
export function connectTo(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined); // before anything else listens; a close always follows
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
  });
}

/** `prepare` adds handlers before the first message can arrive. */
export async function greet(
  socket: Socket,
  token: string,
  code: string,
  prepare: (connection: MessageConnection) => void = () => undefined,
): Promise<Peer> {
  let reason = new WireError({
    code: 'engine-gone',
    message: 'the engine has ended or closed the connection',
    hint: 'the next request starts it again; its log shows what happened',
  });
  const keepReason = (problem: Error): void => {
    if (problem instanceof RegripError) reason = problem;
  };
  const connection = openWire(socket, keepReason);
  hear(connection, dropped, (facts) => keepReason(new RegripError(facts)), keepReason);
  prepare(connection);
  connection.listen();
  const closed = new Promise<RegripError>((resolve) => {
    socket.once('close', () => {
      connection.dispose(); // settles calls that wait for an answer
      resolve(reason);
    });
  });
  const call: Peer['call'] = (what, asked, signal) =>
    socket.destroyed ? Promise.reject(reason) : ask(connection, what, asked, { signal, gone: () => reason });
  try {
    const greeting = { token, protocol: PROTOCOL_VERSION, code };
    const { pid, code: theirs } = await call(hello, greeting, AbortSignal.timeout(GREETING_MS));
    return { pid, code: theirs, call, closed, close: () => socket.destroy() };
  } catch (error) {
    socket.destroy();
    throw error instanceof RegripError ? error : silent(error);
  }
}

function silent(cause: unknown): RegripError {
  return new WireError({
    code: 'engine-silent',
    message: `the engine accepted the connection but did not answer within ${GREETING_MS / 1000} s`,
    hint: 'its process may be suspended: check it, or end it, then try again',
    cause,
  });
}
