/** JSON-RPC over the private socket: one JSON document per line, bounded in both directions. */
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
import { RegripError } from '../../base/errors.js';
import { encodedText, parseJson } from '../../base/jsonText.js';
import { sizeText } from '../../base/shown.js';
import { dropped } from '../supervisorMessages.js';
import { WireError } from '../wireError.js';
import { LineBuffer } from './lines.js';

/**
 * The largest message is the list of 200 jobs of 48 kB, each with an error and a run folder; a result takes 4 MB. A peer cannot make
 * us buffer more than this for one message.
 */
export const MAX_MESSAGE_BYTES = 16 * 2 ** 20;

/** How much a peer may leave unread in our memory (two of the largest messages) before it is disconnected. */
const MAX_UNREAD_BYTES = 2 * MAX_MESSAGE_BYTES;
/** A greeting takes 200 bytes; until it arrives, the peer is a stranger and gets no more of our memory than this. */
const MAX_STRANGER_BYTES = 4096;
/** How long a peer may take to read why it is disconnected. */
const FAREWELL_MS = 1000;

/** Ends the socket when a line exceeds the limit of a message or is not JSON; the peer is told why first. */
class LineReader extends AbstractMessageReader {
  private readonly lines = new LineBuffer(MAX_MESSAGE_BYTES, tooLarge);
  private received = 0;

  constructor(
    private readonly socket: Socket,
    private readonly isKnown: () => boolean,
    private readonly onBroken: (problem: RegripError) => void,
  ) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    const take = (chunk: Buffer): void => {
      try {
        this.received += chunk.length;
        if (this.received > MAX_STRANGER_BYTES && !this.isKnown()) throw tooTalkative(this.received);
        for (const line of this.lines.take(chunk)) callback(parseMessage(line));
      } catch (error) {
        if (!(error instanceof RegripError)) throw error;
        this.lines.clear();
        this.onBroken(error);
        this.fireError(error);
      }
    };
    this.socket.on('data', take);
    this.socket.once('close', () => this.fireClose());
    return { dispose: () => this.socket.removeListener('data', take) };
  }
}

function parseMessage(line: string): Message {
  let message: unknown;
  try {
    message = parseJson(line);
  } catch (cause) {
    throw malformed('is not JSON', cause);
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    throw malformed('is not a JSON-RPC message');
  return message as Message;
}

class LineWriter extends AbstractMessageWriter {
  constructor(
    private readonly socket: Socket,
    private readonly onBroken: (problem: RegripError) => void,
  ) {
    super();
    socket.once('close', () => this.fireClose());
  }

  /** Settles once the socket took the bytes, so that a sender of much data can wait for a slow peer; one that never reads is disconnected. */
  write(message: Message): Promise<void> {
    const line = Buffer.from(`${encodedText(message)}\n`);
    if (line.length > MAX_MESSAGE_BYTES) return Promise.reject(tooLarge(line.length));
    if (this.socket.writableLength + line.length > MAX_UNREAD_BYTES) {
      const problem = unread(this.socket.writableLength);
      this.onBroken(problem);
      return Promise.reject(problem);
    }
    return new Promise((resolve, reject) => {
      if (!this.socket.writable) reject(new Error('the socket is closed'));
      else this.socket.write(line, (error) => (error ? reject(error) : resolve()));
    });
  }

  end(): void {
    this.socket.end();
  }
}

/**
 * `onProblem` receives problems of the connection itself. A peer for which `isKnown` is false is a stranger, who may only
 * greet. The caller registers its handlers, then calls `listen`.
 */
export function openWire(
  socket: Socket,
  onProblem: (problem: Error) => void,
  isKnown: () => boolean = () => true,
): MessageConnection {
  socket.on('error', onProblem); // a close always follows
  const writer = new LineWriter(socket, (problem) => {
    onProblem(problem);
    drop(socket, problem);
  });
  const reader = new LineReader(socket, isKnown, (problem) => drop(socket, problem));
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

/** Tells the peer why, then closes, whether it reads that or not. What it still sends is discarded: a reset would overtake the final message. */
export function drop(socket: Socket, { code, message }: RegripError): void {
  const line = { jsonrpc: '2.0', method: dropped.type.method, params: { code, message } };
  if (!socket.writable || socket.writableLength > MAX_MESSAGE_BYTES) return void socket.destroy();
  socket.removeAllListeners('data');
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), FAREWELL_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.end(`${JSON.stringify(line)}\n`);
}

/** Whether `value` fits in one message; the envelope takes less than a kilobyte. */
export function requireSendable(value: unknown): void {
  const bytes = Buffer.byteLength(encodedText(value)) + 1024;
  if (bytes > MAX_MESSAGE_BYTES) throw tooLarge(bytes);
}

function tooLarge(bytes: number): RegripError {
  return new WireError({
    code: 'message-too-large',
    message: `a message of ${bytes} bytes or more exceeds the limit of ${MAX_MESSAGE_BYTES}`,
  });
}

function tooTalkative(bytes: number): RegripError {
  return new WireError({
    code: 'message-too-large',
    message: `${bytes} bytes arrived before the greeting, more than the limit of ${MAX_STRANGER_BYTES}`,
  });
}

function unread(bytes: number): RegripError {
  return new WireError({
    code: 'peer-does-not-read',
    message: `the client left ${sizeText(bytes)} of messages unread`,
  });
}

function malformed(what: string, cause?: unknown): RegripError {
  return new WireError({ code: 'message-malformed', message: `a message ${what}`, cause });
}
