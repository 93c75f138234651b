/**
 * Messages of the language server's standard input. Invalid input causes a notice to the peer and never ends the connection: reading
 * continues at the next valid header. A header cannot occur inside a message, since JSON strings have no raw line ends.
 */
import type { Readable } from 'node:stream';
import { AbstractMessageReader, type DataCallback, type Disposable, type Message } from 'vscode-jsonrpc';
import { sizeText } from '../../engine/base/shown.js';
import { Bytes } from './bytes.js';

/** Editors send whole documents, but none above 50 MB. */
export const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
/** Content-Length and Content-Type take 80. */
const MAX_HEADER_BYTES = 4096;

const HEADER = /content-length:[ \t]*(\d{1,15})[ \t]*\r\n(?:[\w-]+:[^\r\n]*\r\n)*\r\n/i;
const WHOLE_HEADER = new RegExp(`^(?:(?!content-length)[\\w-]+:[^\\r\\n]*\\r\\n)*${HEADER.source}$`, 'i');

export class FrameReader extends AbstractMessageReader {
  private readonly bytes = new Bytes();
  /** Length of the awaited body. */
  private awaited: number | undefined;
  private isLost = false;

  /** `tell` reports to the peer what was wrong with its input. */
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

  /** Whether the received bytes may hold more messages. */
  private step(callback: DataCallback): boolean {
    if (this.isLost) return this.find();
    return this.awaited === undefined ? this.readHeader() : this.readBody(this.awaited, callback);
  }

  private readHeader(): boolean {
    const head = this.bytes.peek(MAX_HEADER_BYTES);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) {
      if (head.length < MAX_HEADER_BYTES) return false;
      return this.lose(`a header does not end within ${MAX_HEADER_BYTES} bytes`);
    }
    const length = WHOLE_HEADER.exec(head.toString('latin1', 0, end + 4))?.[1];
    if (length === undefined) return this.lose('a header lacks a valid Content-Length');
    return this.expect(end + 4, Number(length));
  }

  private expect(headerBytes: number, length: number): boolean {
    this.bytes.drop(headerBytes);
    if (length > MAX_MESSAGE_BYTES)
      return this.lose(
        `a header announces ${sizeText(length)}, more than the limit of ${sizeText(MAX_MESSAGE_BYTES)}`,
      );
    this.awaited = length;
    return true;
  }

  private readBody(length: number, callback: DataCallback): boolean {
    if (this.bytes.length < length) return false;
    this.awaited = undefined;
    const message = parse(this.bytes.peek(length));
    // The length may have been wrong: search for the next header from here.
    if (message === undefined) return this.lose('a message is not a JSON-RPC object');
    this.bytes.drop(length);
    callback(message);
    return true;
  }

  private lose(problem: string): boolean {
    this.isLost = true;
    this.tell(problem);
    return true;
  }

  /** Looks for the next header, and keeps only what may be the beginning of one. */
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
