/** JSON-RPC over the private socket: a JSON document a line, bounded in both directions. */
import type { Socket } from 'node:net';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { RegripError } from '../base/errors.js';
import { encodedText, parseJson } from '../base/jsonText.js';
import { dropped } from '../protocol.js';

/**
 * The largest message is the list of 200 jobs of 48 kB, each with an error and a run folder; a result takes 4 MB. A peer cannot make
 * us hold more than this for one message.
 */
export const MAX_MESSAGE_BYTES = 16 * 2 ** 20;

const NEW_LINE = 0x0a;

/** Ends the socket when a line is longer than a message may be, or is no JSON; the peer is told why first. */
class LineReader extends AbstractMessageReader {
  private parts: Buffer[] = [];
  private length = 0;

  constructor(
    private readonly socket: Socket,
    private readonly onBroken: (problem: RegripError) => void,
  ) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    const take = (chunk: Buffer): void => {
      try {
        this.take(chunk, callback);
      } catch (error) {
        if (!(error instanceof RegripError)) throw error;
        this.socket.removeListener('data', take);
        this.parts = [];
        this.onBroken(error);
        this.fireError(error);
      }
    };
    this.socket.on('data', take);
    this.socket.once('close', () => this.fireClose());
    return { dispose: () => this.socket.removeListener('data', take) };
  }

  private take(chunk: Buffer, callback: DataCallback): void {
    let from = 0;
    for (let end = chunk.indexOf(NEW_LINE); end !== -1; end = chunk.indexOf(NEW_LINE, from)) {
      this.keep(chunk.subarray(from, end));
      from = end + 1;
      const line = Buffer.concat(this.parts).toString('utf8');
      this.parts = [];
      this.length = 0;
      callback(parseMessage(line));
    }
    if (from < chunk.length) this.keep(chunk.subarray(from));
  }

  private keep(part: Buffer): void {
    this.length += part.length;
    if (this.length > MAX_MESSAGE_BYTES) throw tooLarge(this.length);
    this.parts.push(part);
  }
}

function parseMessage(line: string): Message {
  let message: unknown;
  try {
    message = parseJson(line);
  } catch (cause) {
    throw malformed('is no JSON', cause);
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    throw malformed('is no JSON-RPC message');
  return message as Message;
}

class LineWriter extends AbstractMessageWriter {
  constructor(private readonly socket: Socket) {
    super();
    socket.once('close', () => this.fireClose());
  }

  /** Settles once the socket took the bytes, so that whoever sends much can wait for a slow peer. */
  write(message: Message): Promise<void> {
    const line = Buffer.from(`${encodedText(message)}\n`);
    if (line.length > MAX_MESSAGE_BYTES) return Promise.reject(tooLarge(line.length));
    return new Promise((resolve, reject) => {
      if (!this.socket.writable) reject(new Error('the socket is closed'));
      else this.socket.write(line, (error) => (error ? reject(error) : resolve()));
    });
  }

  end(): void {
    this.socket.end();
  }
}

/** `onProblem` hears what goes wrong with the connection itself. The caller registers its handlers, then calls `listen`. */
export function openWire(socket: Socket, onProblem: (problem: Error) => void): MessageConnection {
  socket.on('error', onProblem); // a close always follows
  const writer = new LineWriter(socket);
  const reader = new LineReader(socket, (problem) => drop(socket, problem));
  const silent = {
    error: () => undefined,
    warn: () => undefined,
    info: () => undefined,
    log: () => undefined,
  };
  const connection = createMessageConnection(reader, writer, silent);
  connection.onError(([problem]) => onProblem(problem));
  return connection;
}

/** Tells the peer why, then closes. */
export function drop(socket: Socket, { code, message }: RegripError): void {
  const line = { jsonrpc: '2.0', method: dropped.type.method, params: { code, message } };
  if (socket.writable) socket.end(`${JSON.stringify(line)}\n`, () => socket.destroy());
  else socket.destroy();
}

/** Whether `value` may be sent in one message; the envelope takes less than a kilobyte. */
export function requireSendable(value: unknown): void {
  const bytes = Buffer.byteLength(encodedText(value)) + 1024;
  if (bytes > MAX_MESSAGE_BYTES) throw tooLarge(bytes);
}

function tooLarge(bytes: number): RegripError {
  return new RegripError({
    code: 'message-too-large',
    message: `a message of ${bytes} bytes or more, at most ${MAX_MESSAGE_BYTES} are taken`,
  });
}

function malformed(what: string, cause?: unknown): RegripError {
  return new RegripError({ code: 'message-malformed', message: `a message ${what}`, cause });
}
