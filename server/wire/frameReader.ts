/**
 * Messages of the language server's standard input. What is no message costs a notice to the peer and never the connection: reading goes
 * on at the next header that is one. A header cannot stand inside a message, since JSON has no raw line ends in its strings.
 */
import type { Readable } from 'node:stream';
import { AbstractMessageReader, type DataCallback, type Disposable, type Message } from 'vscode-jsonrpc';
import { sizeText } from '../../engine/base/shown.js';
import { Bytes } from './bytes.js';

/** Editors send a document whole, and none above 50 MB. */
export const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
/** Content-Length and Content-Type take 80. */
const MAX_HEADER_BYTES = 4096;

const HEADER = /content-length:[ \t]*(\d{1,15})[ \t]*\r\n(?:[\w-]+:[^\r\n]*\r\n)*\r\n/i;
const WHOLE_HEADER = new RegExp(`^(?:(?!content-length)[\\w-]+:[^\\r\\n]*\\r\\n)*${HEADER.source}$`, 'i');

export class FrameReader extends AbstractMessageReader {
  private readonly bytes = new Bytes();
  /** Of the body that is awaited. */
  private awaited: number | undefined;
  private isLost = false;

  /** `tell` says to the peer what was wrong with what it sent. */
  constructor(
    private readonly input: Readable,
    private readonly tell: (problem: string) => void,
  ) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    const take = (chunk: Buffer): void => {
      this.bytes.append(chunk);
      while (this.step(callback));
    };
    this.input.on('data', take);
    this.input.once('end', () => this.fireClose());
    this.input.once('error', (error) => this.fireError(error));
    return { dispose: () => void this.input.removeListener('data', take) };
  }

  /** Whether there may be more in what has come. */
  private step(callback: DataCallback): boolean {
    if (this.isLost) return this.find();
    return this.awaited === undefined ? this.readHeader() : this.readBody(this.awaited, callback);
  }

  private readHeader(): boolean {
    const head = this.bytes.peek(MAX_HEADER_BYTES);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) {
      if (head.length < MAX_HEADER_BYTES) return false;
      return this.lose(`a header has no end within ${MAX_HEADER_BYTES} bytes`);
    }
    const length = WHOLE_HEADER.exec(head.toString('latin1', 0, end + 4))?.[1];
    if (length === undefined) return this.lose('a header has no Content-Length that is a number of bytes');
    return this.expect(end + 4, Number(length));
  }

  private expect(headerBytes: number, length: number): boolean {
    this.bytes.drop(headerBytes);
    if (length > MAX_MESSAGE_BYTES)
      return this.lose(
        `a header announces ${sizeText(length)}, at most ${sizeText(MAX_MESSAGE_BYTES)} are taken`,
      );
    this.awaited = length;
    return true;
  }

  private readBody(length: number, callback: DataCallback): boolean {
    if (this.bytes.length < length) return false;
    this.awaited = undefined;
    const message = parse(this.bytes.peek(length));
    // The length may have been wrong: what follows is looked for from here on.
    if (message === undefined) return this.lose('a message is no JSON-RPC object');
    this.bytes.drop(length);
    callback(message);
    return true;
  }

  private lose(problem: string): boolean {
    this.isLost = true;
    this.tell(problem);
    return true;
  }

  /** Looks for the next header, and keeps no more than what may be the beginning of one. */
  private find(): boolean {
    const held = this.bytes.peek();
    const found = HEADER.exec(held.toString('latin1'));
    if (found === null) {
      this.bytes.drop(Math.max(0, held.length - MAX_HEADER_BYTES));
      return false;
    }
    this.isLost = false;
    this.bytes.drop(found.index);
    return true;
  }
}

function parse(body: Buffer): Message | undefined {
  try {
    const message: unknown = JSON.parse(body.toString('utf8'));
    return typeof message === 'object' && message !== null && !Array.isArray(message)
      ? (message as Message)
      : undefined;
  } catch {
    return undefined;
  }
}
