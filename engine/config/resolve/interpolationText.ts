/** Reads OmegaConf's text grammar: `${a.b}`, `${.rel}`, `${l[0]}`, `${resolver:arguments}`, quotes and escapes. */
import type { Plain } from '../../base/plain.js';
import {
  ARGUMENT_TOKENS,
  primitive,
  type Token,
  type TokenKind,
  tokenAt,
  tokenText,
} from '../valueTokens.js';

export type Interpolation =
  | { readonly kind: 'reference'; readonly key: readonly Part[] }
  | { readonly kind: 'call'; readonly name: readonly Part[]; readonly args: readonly Element[] };
export type Part = string | Interpolation;
export type Element =
  | { readonly kind: 'value'; readonly value: Plain }
  /** Joined to text; a single interpolation outside quotes keeps its type. */
  | { readonly kind: 'text'; readonly parts: readonly Part[]; readonly quoted: boolean }
  | { readonly kind: 'list'; readonly items: readonly Element[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Plain, Element])[] };

/** What is wrong with a text, and at which character. */
export class TextProblem extends Error {}

const MAX_DEPTH = 40; // interpolations in interpolations; real configs have two or three
const MAX_LENGTH = 1 << 16; // longer than any text with interpolations in a config
const PRIMITIVE: readonly TokenKind[] = [
  'id',
  'null',
  'int',
  'float',
  'bool',
  'char',
  'colon',
  'escape',
  'space',
];
const ID = /[A-Za-z_][A-Za-z0-9_-]*/y;
const KEY = /[^\\{}()[\]:. \t'"]+/y;

/** A config value that holds `${`. */
export function readText(text: string): readonly Part[] {
  return new Reader(text).text(undefined);
}

/** One element, as an argument of a resolver is written (`oc.decode`). */
export function readElement(text: string): Element {
  const reader = new Reader(text);
  const element = reader.element();
  reader.end();
  return element;
}

class Reader {
  private at = 0;
  private depth = 0;
  constructor(private readonly source: string) {
    if (source.length > MAX_LENGTH) throw new TextProblem(`is longer than ${MAX_LENGTH} characters`);
  }

  /** Up to the closing quote, or to the end. Backslashes count only before `${` and before the quote. */
  text(quote: string | undefined): Part[] {
    const parts: Part[] = [];
    const add = (text: string) => {
      if (typeof parts.at(-1) === 'string') parts.push(`${parts.pop()}${text}`);
      else if (text !== '') parts.push(text);
    };
    while (this.at < this.source.length) {
      const slashes = this.match(/\\*/y)!.length;
      const opens = this.source.startsWith('${', this.at);
      const closes = quote !== undefined && this.source[this.at] === quote;
      add('\\'.repeat(opens || closes ? slashes >> 1 : slashes));
      if (slashes % 2 === 1 && (opens || closes)) add(this.skip(opens ? 2 : 1));
      else if (opens) parts.push(this.interpolation());
      else if (closes) return this.closed(parts);
      else add(this.skip(1));
    }
    if (quote !== undefined) throw this.problem(`has no closing ${quote}`);
    return parts;
  }

  private closed(parts: Part[]): Part[] {
    this.at += 1;
    return parts;
  }

  end(): void {
    if (this.at < this.source.length)
      throw this.problem(`has '${this.source.slice(this.at, this.at + 20)}' after its end`);
  }

  private interpolation(): Interpolation {
    return this.nested(() => {
      this.match(/\$\{[ \t]*/y);
      const dots = this.match(/\.*/y)!;
      const first = this.step();
      const name = this.resolverName(first);
      if (name !== undefined && dots === '' && this.match(/[ \t]*:[ \t]*/y) !== undefined) {
        return { kind: 'call', name, args: this.sequence('braceClose', true) };
      }
      const key: Part[] = [dots, ...first, ...(name ?? []).slice(first.length)];
      while (this.match(/[ \t]*\}/y) === undefined) {
        if (this.match(/\./y) !== undefined) key.push('.', ...this.step());
        else if (this.source[this.at] === '[') key.push(...this.step());
        else throw this.problem('has an interpolation without a closing brace');
      }
      return { kind: 'reference', key };
    });
  }

  /** `first` and what follows it as long as that may name a resolver; undefined when it cannot. */
  private resolverName(first: readonly Part[]): Part[] | undefined {
    const named = (parts: readonly Part[]) =>
      parts.length === 1 && (typeof parts[0] !== 'string' || isId(parts[0]));
    if (!named(first)) return undefined;
    const name = [...first];
    while (this.source[this.at] === '.') {
      const back = this.at;
      this.at += 1;
      const next = this.step();
      if (!named(next)) {
        this.at = back;
        break;
      }
      name.push('.', ...next);
    }
    return name;
  }

  private step(): Part[] {
    if (this.match(/\[/y) !== undefined) {
      const inner = this.step();
      if (this.match(/\]/y) === undefined) throw this.problem("is missing a ']'");
      return ['[', ...inner, ']'];
    }
    if (this.source.startsWith('${', this.at)) return [this.interpolation()];
    const key = this.match(KEY);
    if (key === undefined) throw this.problem('is missing a key');
    return [key];
  }

  /** Elements up to `closer`; OmegaConf treats a missing one as empty text. */
  private sequence(closer: TokenKind, gaps: boolean): Element[] {
    const elements: Element[] = [];
    const empty: Element = { kind: 'value', value: '' };
    if (this.take(closer) !== undefined) return elements;
    for (;;) {
      const gap = gaps && (this.peek()?.kind === 'comma' || this.peek()?.kind === closer);
      elements.push(gap ? empty : this.element());
      if (this.take(closer) !== undefined) return elements;
      if (this.take('comma') === undefined) throw this.problem('has no closing bracket or brace');
    }
  }

  element(): Element {
    return this.nested(() => {
      if (this.take('bracketOpen') !== undefined)
        return { kind: 'list', items: this.sequence('bracketClose', true) };
      if (this.take('braceOpen') !== undefined) return { kind: 'map', entries: this.entries() };
      const quote = this.take('quote');
      if (quote !== undefined) return { kind: 'text', parts: this.text(quote.text), quoted: true };
      return this.primitive();
    });
  }

  private entries(): (readonly [Plain, Element])[] {
    const entries: (readonly [Plain, Element])[] = [];
    if (this.take('braceClose') !== undefined) return entries;
    do {
      const key = primitive(this.tokens(PRIMITIVE.filter((kind) => kind !== 'colon')));
      if (this.take('colon') === undefined) throw this.problem("is missing a ':' after a key");
      entries.push([key, this.element()]);
    } while (this.take('comma') !== undefined);
    if (this.take('braceClose') === undefined) throw this.problem("is missing a '}'");
    return entries;
  }

  private primitive(): Element {
    const parts: (Token | Interpolation)[] = [];
    for (;;) {
      if (this.peek()?.kind === 'interpolationOpen') parts.push(this.interpolation());
      else {
        const token = this.peek();
        if (token === undefined || !PRIMITIVE.includes(token.kind)) break;
        parts.push(this.take(token.kind)!);
      }
    }
    if (parts.length === 0) throw this.problem('is missing a value');
    const tokens = parts.filter((part): part is Token => 'text' in part);
    if (tokens.length === parts.length) return { kind: 'value', value: primitive(tokens) };
    return {
      kind: 'text',
      parts: parts.map((part) => ('text' in part ? tokenText(part) : part)),
      quoted: false,
    };
  }

  private tokens(kinds: readonly TokenKind[]): Token[] {
    const tokens: Token[] = [];
    for (let token = this.peek(); token !== undefined && kinds.includes(token.kind); token = this.peek()) {
      tokens.push(token);
      this.at += token.text.length;
    }
    if (tokens.length === 0) throw this.problem('is missing a key');
    return tokens;
  }

  private peek(): Token | undefined {
    return tokenAt(this.source, this.at, ARGUMENT_TOKENS);
  }

  private take(kind: TokenKind): Token | undefined {
    const token = this.peek();
    if (token?.kind !== kind) return undefined;
    this.at += token.text.length;
    return token;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private skip(length: number): string {
    this.at += length;
    return this.source.slice(this.at - length, this.at);
  }

  private nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw this.problem(`nests deeper than ${MAX_DEPTH} levels`);
    const value = read();
    this.depth -= 1;
    return value;
  }

  private problem(what: string): TextProblem {
    return new TextProblem(`${what} (character ${this.at + 1})`);
  }
}

function isId(text: string): boolean {
  ID.lastIndex = 0;
  return ID.exec(text)?.[0] === text;
}
