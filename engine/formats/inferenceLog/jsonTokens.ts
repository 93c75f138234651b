/** JSON as bytes, in pieces of any size, into tokens; long strings (camera frames) are stepped over without being decoded. */
import { BYTE_ORDER_MARK } from '../../base/byteOrderMark.js';
import { decimalAt } from './decimal.js';
import { JsonFault } from './logError.js';

/** Where bytes lie in the file: `start` … `end` - 1. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A string: the bytes between its quotes, and what they say when they are few. */
export interface JsonText extends ByteRange {
  readonly text: string | undefined;
}

export type JsonScalar = number | boolean | null | JsonText;

export interface JsonSink {
  begin(kind: 'object' | 'array', offset: number): void;
  /** `end` is the offset behind the closing bracket. */
  end(end: number): void;
  key(name: string): void;
  value(value: JsonScalar, offset: number): void;
}

/** Logs are 6 deep; stops text that is made of brackets. */
const MAX_DEPTH = 64;
/** Python writes a float in at most 24 characters. */
const MAX_WORD = 128;
/** Keys and texts such as a checkpoint's path are shorter, a frame is longer. */
const MAX_TEXT = 4096;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What may come next outside of strings and words. */
enum Next {
  Value,
  ValueOrEnd,
  Key,
  KeyOrEnd,
  Colon,
  CommaOrEnd,
  Nothing,
}

const EXPECTED: Readonly<Record<Next, string>> = {
  [Next.Value]: 'a value',
  [Next.ValueOrEnd]: 'a value or ]',
  [Next.Key]: 'a key in quotes',
  [Next.KeyOrEnd]: 'a key in quotes or }',
  [Next.Colon]: 'a colon',
  [Next.CommaOrEnd]: 'a comma or a closing bracket',
  [Next.Nothing]: 'the end of the file',
};

enum Inside {
  Between,
  String,
  Word,
}

const IS_WORD = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[-+.0-9A-Za-z]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
/** NaN and the infinities are what Python's `json` writes for floats that JSON has no text for. */
const WORDS: ReadonlyMap<string, number | boolean | null> = new Map<string, number | boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/**
 * Checks and cuts one JSON document. `feed` takes its pieces in order and may be given the same buffer again; `end` says that there
 * are no more. Both throw `JsonFault`. Contents of long strings are not looked at, so bytes that are not UTF-8 pass there.
 */
export class JsonTokenizer {
  private inside = Inside.Between;
  private next = Next.Value;
  /** For each open bracket whether it is an object's. */
  private readonly isObject = new Uint8Array(MAX_DEPTH);
  private depth = 0;
  /** Bytes before the current piece. */
  private base = 0;
  /** File offset at which the current string (behind its quote) or word starts. */
  private start = 0;
  /** The current token's bytes in earlier pieces; dropped once a string is too long to be kept. */
  private earlier: Buffer[] = [];
  private isLong = false;
  /** The next byte of the string belongs to a backslash at the end of the last piece. */
  private isEscaped = false;

  constructor(private readonly sink: JsonSink) {}

  feed(piece: Buffer): void {
    let at = 0;
    while (at < piece.length) {
      if (this.inside === Inside.String) at = this.string(piece, at);
      else if (this.inside === Inside.Word) at = this.word(piece, at);
      else at = this.between(piece, at);
    }
    this.base += piece.length;
  }

  end(): void {
    // Only a bracket ends a log, so a word at the end of the file is cut off or no log.
    if (this.next === Next.Nothing) return;
    const open = this.depth === 0 ? '' : ` with ${this.depth} brackets open`;
    const where =
      this.inside === Inside.String ? 'inside a string' : `where ${EXPECTED[this.next]} should come`;
    throw new JsonFault('truncated', this.base, `the file ends ${where}${open}`);
  }

  /** White space and punctuation, up to the next string or word. */
  private between(piece: Buffer, from: number): number {
    for (let at = from; at < piece.length; at++) {
      const byte = piece[at]!;
      if (byte === 0x20 || byte === 0x0a) continue;
      switch (byte) {
        case 0x0d:
        case 0x09:
          break;
        case 0x2c: // ,
          if (this.next !== Next.CommaOrEnd) throw this.unexpected(piece, at);
          this.next = this.isObject[this.depth - 1] === 1 ? Next.Key : Next.Value;
          break;
        case 0x3a: // :
          if (this.next !== Next.Colon) throw this.unexpected(piece, at);
          this.next = Next.Value;
          break;
        case 0x5b: // [
        case 0x7b: // {
          this.open(piece, at);
          break;
        case 0x5d: // ]
        case 0x7d: // }
          this.close(piece, at);
          break;
        default:
          if (this.isMark(byte, at)) break;
          this.startToken(piece, at);
          return byte === QUOTE ? at + 1 : at;
      }
    }
    return piece.length;
  }

  /** Before anything else: what begins a file that an editor of Windows saved. */
  private isMark(byte: number, at: number): boolean {
    return byte === BYTE_ORDER_MARK[this.base + at] && this.depth === 0 && this.next === Next.Value;
  }

  private startToken(piece: Buffer, at: number): void {
    const isValue = this.next === Next.Value || this.next === Next.ValueOrEnd;
    const isKey = this.next === Next.Key || this.next === Next.KeyOrEnd;
    const byte = piece[at]!;
    if (byte === QUOTE && (isValue || isKey)) {
      this.inside = Inside.String;
      this.start = this.base + at + 1;
    } else if (IS_WORD[byte] === 1 && isValue) {
      this.inside = Inside.Word;
      this.start = this.base + at;
    } else throw this.unexpected(piece, at);
  }

  private open(piece: Buffer, at: number): void {
    if (this.next !== Next.Value && this.next !== Next.ValueOrEnd) throw this.unexpected(piece, at);
    if (this.depth === MAX_DEPTH) {
      throw new JsonFault(
        'bound',
        this.base + at,
        `brackets are nested deeper than ${MAX_DEPTH}; a real log has 6 levels`,
      );
    }
    const isObject = piece[at] === 0x7b;
    this.isObject[this.depth++] = isObject ? 1 : 0;
    this.next = isObject ? Next.KeyOrEnd : Next.ValueOrEnd;
    this.sink.begin(isObject ? 'object' : 'array', this.base + at);
  }

  private close(piece: Buffer, at: number): void {
    const isObject = piece[at] === 0x7d;
    const mayEnd =
      this.next === Next.CommaOrEnd || this.next === (isObject ? Next.KeyOrEnd : Next.ValueOrEnd);
    if (!mayEnd || this.depth === 0 || (this.isObject[this.depth - 1] === 1) !== isObject) {
      throw this.unexpected(piece, at);
    }
    this.depth--;
    this.afterValue();
    this.sink.end(this.base + at + 1);
  }

  private afterValue(): void {
    this.next = this.depth === 0 ? Next.Nothing : Next.CommaOrEnd;
  }

  /** Up to the closing quote, at the speed of a memory search. */
  private string(piece: Buffer, first: number): number {
    let from = first;
    if (this.isEscaped) {
      this.isEscaped = false;
      from++;
    }
    for (;;) {
      const quote = piece.indexOf(QUOTE, from);
      const end = quote < 0 ? piece.length : quote;
      const escaped = isEscapedAt(piece, from, end);
      if (quote < 0) {
        this.isEscaped = escaped;
        this.keep(piece, first, MAX_TEXT);
        return end;
      }
      if (!escaped) {
        this.endString(piece, first, end);
        return end + 1;
      }
      from = end + 1;
    }
  }

  private endString(piece: Buffer, first: number, end: number): void {
    const range = { start: this.start, end: this.base + end };
    const isShort = !this.isLong && range.end - range.start <= MAX_TEXT;
    const raw = isShort ? this.take(piece, first, end) : undefined;
    const text = raw === undefined ? undefined : unescaped(raw);
    this.reset();
    if (this.next === Next.Value || this.next === Next.ValueOrEnd) {
      this.afterValue();
      this.sink.value({ ...range, text }, range.start - 1);
      return;
    }
    if (raw === undefined) {
      throw new JsonFault(
        'bound',
        range.start,
        `a key is longer than ${MAX_TEXT} bytes; keys of a real log have about ten`,
      );
    }
    if (text === undefined) throw new JsonFault('damaged', range.start, 'a key is not a valid JSON string');
    this.next = Next.Colon;
    this.sink.key(text);
  }

  private word(piece: Buffer, first: number): number {
    let at = first;
    while (at < piece.length && IS_WORD[piece[at]!] === 1) at++;
    if (this.base + at - this.start > MAX_WORD) {
      throw new JsonFault(
        'bound',
        this.start,
        `a number is longer than ${MAX_WORD} characters; Python writes at most 24`,
      );
    }
    if (at === piece.length) {
      this.keep(piece, first, MAX_WORD);
      return at;
    }
    const quick = this.earlier.length > 0 ? undefined : decimalAt(piece, first, at);
    const value = quick ?? this.carefulWord(piece, first, at);
    this.reset();
    this.afterValue();
    this.sink.value(value, this.start);
    return at;
  }

  /** Numbers that take more care, and words. */
  private carefulWord(piece: Buffer, first: number, end: number): number | boolean | null {
    const text = this.take(piece, first, end);
    const value = NUMBER.test(text) ? Number(text) : WORDS.get(text);
    if (value === undefined) {
      throw new JsonFault(
        'damaged',
        this.start,
        `found ${JSON.stringify(text)}, expected ${EXPECTED[this.next]}`,
      );
    }
    return value;
  }

  /** Copies the token's bytes of this piece, because the piece's memory is used again. */
  private keep(piece: Buffer, first: number, most: number): void {
    if (this.isLong || this.base + piece.length - this.start > most) {
      this.isLong = true;
      this.earlier = [];
    } else this.earlier.push(Buffer.from(piece.subarray(first)));
  }

  private take(piece: Buffer, first: number, end: number): string {
    if (this.earlier.length === 0) return piece.toString('utf8', first, end);
    return Buffer.concat([...this.earlier, piece.subarray(first, end)]).toString('utf8');
  }

  private reset(): void {
    this.inside = Inside.Between;
    if (this.earlier.length > 0) this.earlier = [];
    this.isLong = false;
  }

  private unexpected(piece: Buffer, at: number): JsonFault {
    const byte = piece[at]!;
    const shown =
      byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `byte 0x${byte.toString(16).padStart(2, '0')}`;
    return new JsonFault('damaged', this.base + at, `found ${shown}, expected ${EXPECTED[this.next]}`);
  }
}

/** Whether an odd number of backslashes ends at `end`, looking back to `from` at most. */
function isEscapedAt(piece: Buffer, from: number, end: number): boolean {
  let first = end;
  while (first > from && piece[first - 1] === BACKSLASH) first--;
  return (end - first) % 2 === 1;
}

/** Undefined when the escapes are wrong. */
function unescaped(raw: string): string | undefined {
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return undefined;
  }
}
