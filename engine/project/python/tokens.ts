/** Splits Python source into tokens: enough to find classes, imports and attribute chains, without running or parsing it. */
import type { TextRange } from '../textRange.js';

export interface PythonToken extends TextRange {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'newline';
  /** As written; for a string, the text between the quotes. */
  readonly text: string;
  /** For the first token of a logical line: the width of its indentation. */
  readonly indent: number | undefined;
  /** For a string: the prefix letters before its quote, in lower case. */
  readonly prefix: string;
  /** Where `text` begins. */
  readonly textStart: number;
}

/** 1 for a bracket that opens, -1 for one that closes. */
export function bracket({ kind, text }: PythonToken): -1 | 0 | 1 {
  if (kind !== 'operator') return 0;
  return '([{'.includes(text) ? 1 : ')]}'.includes(text) ? -1 : 0;
}

const BLANKS = /(?:[ \t\f\r]|\\\r?\n)+/y;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /(?:\d|\.\d)[\w.]*/y;
const STRING_START = /([A-Za-z]{0,2})("""|'''|"|')/y;
const OPERATOR = /\*\*=?|\/\/=?|->|:=|[=!<>+\-*/%@&|^]=|./suy;
/** At the start of a line these close a bracket that was left open, as in text that is being typed. */
const STATEMENT = /(?:class|def|async|import)\b|@/y;
const TAB = 8;

export function pythonTokens(text: string): readonly PythonToken[] {
  return new Tokenizer(text).read();
}

class Tokenizer {
  private readonly tokens: PythonToken[] = [];
  private at = 0;
  private brackets = 0;
  /** Undefined after the first token of a logical line. */
  private indent: number | undefined = 0;

  constructor(private readonly text: string) {}

  read(): readonly PythonToken[] {
    while (this.at < this.text.length) {
      const char = this.text[this.at]!;
      if (char === '\n') this.lineEnd();
      else if (this.skip(BLANKS)) continue;
      else if (char === '#') this.comment();
      else if (!this.string()) this.token();
    }
    this.add('newline', this.at, this.at);
    return this.tokens;
  }

  private lineEnd(): void {
    if (this.brackets > 0) {
      STATEMENT.lastIndex = this.at + 1;
      if (!STATEMENT.test(this.text)) {
        this.at += 1;
        return;
      }
      this.brackets = 0;
    }
    if (this.indent === undefined) this.add('newline', this.at, this.at + 1);
    this.at += 1;
    this.indent = widthAt(this.text, this.at);
  }

  private comment(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    this.at += found?.[0].length ?? 0;
    return found !== null;
  }

  private token(): void {
    for (const [kind, pattern] of KINDS) {
      const start = this.at;
      if (!this.skip(pattern)) continue;
      this.add(kind, start, this.at);
      this.brackets = Math.max(0, this.brackets + bracket(this.tokens.at(-1)!));
      return;
    }
    this.at += 1;
  }

  private string(): boolean {
    STRING_START.lastIndex = this.at;
    const [opening, prefix, quote] = STRING_START.exec(this.text) ?? [];
    if (opening === undefined) return false;
    const start = this.at;
    const inside = start + opening.length;
    const end = stringEnd(this.text, inside, quote!);
    this.at = Math.min(this.text.length, this.text.startsWith(quote!, end) ? end + quote!.length : end);
    this.add('string', start, this.at, this.text.slice(inside, end), prefix!.toLowerCase(), inside);
    return true;
  }

  private add(
    kind: PythonToken['kind'],
    start: number,
    end: number,
    text = this.text.slice(start, end),
    prefix = '',
    textStart = start,
  ): void {
    this.tokens.push({ kind, text, start, end, indent: this.indent, prefix, textStart });
    this.indent = undefined;
  }
}

const KINDS = [
  ['number', NUMBER],
  ['name', NAME],
  ['operator', OPERATOR],
] as const;

/** A single-quoted string ends at the end of the line, so that a missing quote affects only one line. */
function stringEnd(text: string, from: number, quote: string): number {
  let at = from;
  while (at < text.length && !text.startsWith(quote, at)) {
    if (quote.length === 1 && text[at] === '\n') return at;
    at += text[at] === '\\' ? 2 : 1;
  }
  return Math.min(at, text.length);
}

function widthAt(text: string, start: number): number {
  let width = 0;
  for (let at = start; text[at] === ' ' || text[at] === '\t'; at += 1)
    width = text[at] === ' ' ? width + 1 : (Math.floor(width / TAB) + 1) * TAB;
  return width;
}
