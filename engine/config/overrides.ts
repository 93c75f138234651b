/** Reads one command-line override of Hydra's grammar: `key=value`, `+`, `++`, `~`, quoted values, lists and maps. */
import { RegripError } from '../base/errors.js';
import type { ConfigNode } from './node.js';
import type { Scalar } from './scalar.js';
import type { Provenance } from './types.js';
import { OVERRIDE_TOKENS, primitive, type Token, type TokenKind, tokenAt } from './valueTokens.js';

export interface Override {
  readonly kind: 'change' | 'add' | 'force' | 'delete';
  readonly key: string;
  /** After `@`: the package of a group choice. */
  readonly package: string | undefined;
  readonly value: ConfigNode | undefined;
  readonly text: string;
  readonly index: number;
}

const MAX_LENGTH = 1 << 16; // a command line has less
const MAX_SHOWN = 500; // of an override, in messages
const MAX_DEPTH = 32; // far above real overrides; stops a stack overflow
const NAME = '[A-Za-z_$][A-Za-z0-9_$-]*';
const STEP = `(?:${NAME}|0|[1-9](?:_?[0-9])*)`;
const PACKAGE = `(?:${STEP}(?:\\.${STEP})+|${NAME}|)`;
const ID = '[A-Za-z_][A-Za-z0-9_-]*';
const KEY = new RegExp(`^(${ID}(?:/${ID})+|${PACKAGE})(?:@(${PACKAGE}))?$`);
/** Where no brace closes any more: an interpolation would be searched to the end of the text from each of its beginnings. */
const CLOSED_TOKENS = OVERRIDE_TOKENS.filter(([kind]) => kind !== 'interpolation');
const KINDS = { '': 'change', '+': 'add', '++': 'force', '~': 'delete' } as const;
/** Kinds that an unquoted value is made of; a key of a map has fewer. */
const KEY_KINDS: readonly TokenKind[] = ['id', 'null', 'int', 'float', 'bool', 'char', 'escape', 'space'];
const VALUE_KINDS: readonly TokenKind[] = [...KEY_KINDS, 'interpolation', 'colon'];
const SWEEPS: readonly string[] = ['choice', 'range', 'interval', 'glob', 'tag'];

export function parseOverride(text: string, index: number): Override {
  if (text.length > MAX_LENGTH) throw wrong(text, `is longer than ${MAX_LENGTH}`);
  const prefix = /^(?:\+\+?|~)?/.exec(text)![0] as keyof typeof KINDS;
  const kind = KINDS[prefix];
  const equals = text.indexOf('=');
  if (equals < 0 && kind !== 'delete') throw wrong(text, 'has no =');
  const name = text.slice(prefix.length, equals < 0 ? undefined : equals);
  const [, key, pack] = KEY.exec(name) ?? [];
  if (key === undefined || key === '') throw wrong(text, `has the key '${name}'`);
  const place: Provenance = { kind: 'override', text, index };
  const value = equals < 0 ? undefined : new Reader(text, equals + 1, place).whole();
  return { kind, key, package: pack, value, text, index };
}

class Reader {
  private readonly tokens: Token[] = [];
  private next = 0;
  constructor(
    private readonly text: string,
    from: number,
    private readonly place: Provenance,
  ) {
    const lastBrace = text.lastIndexOf('}');
    let at = from + /^[ \t]*/.exec(text.slice(from))![0].length;
    while (at < text.length) {
      const token = tokenAt(text, at, at < lastBrace ? OVERRIDE_TOKENS : CLOSED_TOKENS);
      if (token === undefined) throw wrong(text, `has ${JSON.stringify(text[at])} in an unquoted value`);
      this.tokens.push(token);
      at += token.text.length;
    }
  }

  whole(): ConfigNode {
    if (this.tokens.length === 0) return this.scalar('');
    const value = this.element(0);
    const rest = this.tokens[this.next];
    if (rest?.kind === 'comma') {
      throw wrong(this.text, 'is a sweep over several values', 'quote the value, or escape the comma: \\,');
    }
    if (rest !== undefined) throw wrong(this.text, `has '${rest.text}' after a value`);
    return value;
  }

  private element(depth: number): ConfigNode {
    if (depth > MAX_DEPTH) throw wrong(this.text, `nests deeper than ${MAX_DEPTH} levels`);
    if (this.take('bracketOpen')) return this.list(depth);
    if (this.take('braceOpen')) return this.map(depth);
    const quoted = this.take('quoted');
    if (quoted !== undefined) return this.scalar(unquoted(quoted.text));
    if (this.tokens[this.next]?.kind === 'id' && this.tokens[this.next + 1]?.kind === 'open') {
      throw this.call(this.tokens[this.next]!.text);
    }
    return this.scalar(primitive(this.run(VALUE_KINDS)));
  }

  private list(depth: number): ConfigNode {
    const items: ConfigNode[] = [];
    if (!this.take('bracketClose')) {
      do items.push(this.element(depth + 1));
      while (this.take('comma'));
      this.expect('bracketClose', ']');
    }
    return { kind: 'list', items, place: this.place, beaten: [] };
  }

  private map(depth: number): ConfigNode {
    const entries = new Map<string, ConfigNode>();
    if (!this.take('braceClose')) {
      do {
        const key = this.mapKey();
        this.expect('colon', ':');
        entries.set(key, this.element(depth + 1));
      } while (this.take('comma'));
      this.expect('braceClose', '}');
    }
    return { kind: 'map', entries, place: this.place, beaten: [] };
  }

  private mapKey(): string {
    const key = primitive(this.run(KEY_KINDS));
    if (typeof key === 'string') return key;
    throw new RegripError({
      code: 'unsupported',
      message: `the override '${this.text}' has the key ${key}, which is no text; that is not supported`,
      hint: 'start the key with a letter',
    });
  }

  /** A run of tokens of the given kinds, without white space around it. */
  private run(kinds: readonly TokenKind[]): Token[] {
    const start = this.next;
    while (kinds.includes(this.tokens[this.next]?.kind as TokenKind)) this.next += 1;
    let run = this.tokens.slice(start, this.next);
    if (run[0]?.kind === 'space') run = run.slice(1);
    if (run.at(-1)?.kind === 'space') run = run.slice(0, -1);
    if (run.length === 0) {
      throw wrong(
        this.text,
        `lacks a value ${this.tokens[this.next] ? `before '${this.tokens[this.next]!.text}'` : 'at its end'}`,
      );
    }
    return run;
  }

  private call(name: string): RegripError {
    if (SWEEPS.includes(name)) return wrong(this.text, `is a sweep: ${name}(…)`, 'give one value');
    return new RegripError({
      code: 'unsupported',
      message: `the override '${this.text}' calls ${name}(…), which is not supported`,
      hint: 'write the value itself; quote text that holds parentheses',
    });
  }

  private take(kind: TokenKind): Token | undefined {
    const token = this.tokens[this.next];
    if (token?.kind !== kind) return undefined;
    this.next += 1;
    return token;
  }

  private expect(kind: TokenKind, shown: string): void {
    if (!this.take(kind)) throw wrong(this.text, `has no '${shown}' where one is expected`);
  }

  private scalar(value: Scalar): ConfigNode {
    return { kind: 'scalar', value, place: this.place, beaten: [] };
  }
}

/**
 * Backslashes count only in front of a quote, where each pair is one character; the closing quote goes. A run is matched as a
 * whole, also one that no quote follows: otherwise it would be tried again from each of its backslashes.
 */
function unquoted(text: string): string {
  const quote = text[0]!;
  const inner = text
    .slice(1)
    .replace(/\\+["']?/g, (run) => (run.endsWith(quote) ? run.replace(/.(.?)/gs, '$1') : run));
  return text.at(-2) === '\\' ? inner : inner.slice(0, -1);
}

function wrong(
  text: string,
  what: string,
  hint = 'overrides read key=value, +key=value, ++key=value or ~key; put quotes around values with other characters',
): RegripError {
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return new RegripError({ code: 'override-syntax', message: `the override '${shown}' ${what}`, hint });
}
