/** Reads one command-line override of Hydra's grammar: `key=value`, `+`, `++`, `~`, quoted values, lists, maps and functions. */

import { ConfigError } from '../configError.js';
import type { ConfigNode } from '../node.js';
import type { Provenance } from '../provenance.js';
import { Refused } from '../python/ops.js';
import { MAX_INTEGER_DIGITS } from '../python/value.js';
import { OVERRIDE_TOKENS, primitive, type Token, type TokenKind, tokenAt } from '../valueTokens.js';
import { callFunction } from './functions.js';
import { isSweep, nodeOf, type OverrideValue, scalarOf } from './value.js';

export interface Override {
  readonly kind: 'change' | 'add' | 'force' | 'delete';
  readonly key: string;
  /** After `@`: the package of a group choice. */
  readonly package: string | undefined;
  readonly value: ConfigNode | undefined;
  readonly text: string;
  readonly index: number;
}

const MAX_LENGTH = 1 << 16; // longer than any command line
const MAX_SHOWN = 500; // of an override shown in messages
const MAX_DEPTH = 32; // far above real overrides; stops a stack overflow
const NAME = '[A-Za-z_$][A-Za-z0-9_$-]*';
const STEP = `(?:${NAME}|0|[1-9](?:_?[0-9])*)`;
const PACKAGE = `(?:${STEP}(?:\\.${STEP})+|${NAME}|)`;
const ID = '[A-Za-z_][A-Za-z0-9_-]*';
const KEY = new RegExp(`^(${ID}(?:/${ID})+|${PACKAGE})(?:@(${PACKAGE}))?$`);
/** Past this no brace closes: without it, every start of an interpolation would be searched to the end of the text. */
const CLOSED_TOKENS = OVERRIDE_TOKENS.filter(([kind]) => kind !== 'interpolation');
const KINDS = { '': 'change', '+': 'add', '++': 'force', '~': 'delete' } as const;
/** Token kinds of an unquoted value; a map key allows fewer. */
const KEY_KINDS: readonly TokenKind[] = ['id', 'null', 'int', 'float', 'bool', 'char', 'escape', 'space'];
const VALUE_KINDS: readonly TokenKind[] = [...KEY_KINDS, 'interpolation', 'colon'];

export function parseOverride(text: string, index: number): Override {
  if (text.length > MAX_LENGTH) throw wrong(text, `is longer than ${MAX_LENGTH} characters`);
  const prefix = /^(?:\+\+?|~)?/.exec(text)![0] as keyof typeof KINDS;
  const kind = KINDS[prefix];
  const equals = text.indexOf('=');
  if (equals < 0 && kind !== 'delete') throw wrong(text, 'has no =');
  const name = text.slice(prefix.length, equals < 0 ? undefined : equals);
  const [, key, pack] = KEY.exec(name) ?? [];
  if (key === undefined || key === '') throw wrong(text, `has the key '${name}'`);
  const place: Provenance = { kind: 'override', text, index };
  const value = equals < 0 ? undefined : nodeAt(text, equals + 1, place);
  return { kind, key, package: pack, value, text, index };
}

function nodeAt(text: string, from: number, place: Provenance): ConfigNode {
  const value = new Reader(text, from).whole();
  if (isSweep(value)) throw sweep(text);
  const node = nodeOf(value, place);
  if (node !== undefined) return node;
  throw wrong(text, 'has a sweep inside a list or a map, which Hydra does not allow');
}

class Reader {
  private readonly tokens: Token[] = [];
  private next = 0;
  constructor(
    private readonly text: string,
    from: number,
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

  whole(): OverrideValue {
    if (this.tokens.length === 0) return scalarOf('');
    const items = [this.element(0)];
    while (this.take('comma')) items.push(this.element(0));
    const rest = this.tokens[this.next];
    if (rest !== undefined) throw wrong(this.text, `has '${rest.text}' after a value`);
    return items.length === 1 ? items[0]! : { kind: 'choice', simple: true, items };
  }

  private element(depth: number): OverrideValue {
    if (depth > MAX_DEPTH) throw wrong(this.text, `nests deeper than ${MAX_DEPTH} levels`);
    if (this.take('bracketOpen')) return this.list(depth);
    if (this.take('braceOpen')) return this.map(depth);
    const quoted = this.take('quoted');
    if (quoted !== undefined) return scalarOf(unquoted(quoted.text), quoted.text[0]!);
    if (this.at('id') && this.at('open', 1)) return this.call(depth);
    const run = this.run(VALUE_KINDS);
    if (run.length === 1 && run[0]!.kind === 'int' && run[0]!.text.length > MAX_INTEGER_DIGITS)
      throw wrong(this.text, `has an integer of ${run[0]!.text.length} digits`);
    return scalarOf(primitive(run));
  }

  private list(depth: number): OverrideValue {
    const items: OverrideValue[] = [];
    if (!this.take('bracketClose')) {
      do items.push(this.element(depth + 1));
      while (this.take('comma'));
      this.expect('bracketClose', ']');
    }
    return { kind: 'list', items };
  }

  private map(depth: number): OverrideValue {
    const entries = new Map<string, OverrideValue>();
    if (!this.take('braceClose')) {
      do {
        const key = this.mapKey();
        this.expect('colon', ':');
        entries.set(key, this.element(depth + 1));
      } while (this.take('comma'));
      this.expect('braceClose', '}');
    }
    return { kind: 'map', entries };
  }

  /** `name(value, …, key=value, …)`. */
  private call(depth: number): OverrideValue {
    const name = this.take('id')!.text;
    this.take('open');
    const given: OverrideValue[] = [];
    const named = new Map<string, OverrideValue>();
    if (!this.take('close')) {
      do {
        const key = this.at('id') && this.at('equals', 1) ? this.take('id')!.text : undefined;
        if (key !== undefined) this.take('equals');
        else if (named.size > 0) throw wrong(this.text, `has a positional argument after a named one`);
        const value = this.element(depth + 1);
        if (key === undefined) given.push(value);
        else named.set(key, value);
      } while (this.take('comma'));
      this.expect('close', ')');
    }
    return this.called(name, given, named);
  }

  private called(
    name: string,
    given: readonly OverrideValue[],
    named: ReadonlyMap<string, OverrideValue>,
  ): OverrideValue {
    try {
      return callFunction(name, { given, named });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const hint = 'write the value itself; quote text that holds parentheses';
      throw wrong(this.text, `calls ${name}(…), which ${error.message.replace(/^which /, '')}`, hint);
    }
  }

  private mapKey(): string {
    const key = primitive(this.run(KEY_KINDS));
    if (typeof key === 'string') return key;
    throw new ConfigError({
      code: 'unsupported',
      message: `the override '${this.text}' has the key ${key}, but only text keys are supported`,
      hint: 'start the key with a letter',
    });
  }

  /** A run of tokens of the given kinds, without surrounding white space. */
  private run(kinds: readonly TokenKind[]): Token[] {
    const start = this.next;
    while (kinds.includes(this.tokens[this.next]?.kind as TokenKind)) this.next += 1;
    let run = this.tokens.slice(start, this.next);
    if (run[0]?.kind === 'space') run = run.slice(1);
    if (run.at(-1)?.kind === 'space') run = run.slice(0, -1);
    if (run.length === 0) {
      throw wrong(
        this.text,
        `is missing a value ${this.tokens[this.next] ? `before '${this.tokens[this.next]!.text}'` : 'at its end'}`,
      );
    }
    return run;
  }

  private at(kind: TokenKind, ahead = 0): boolean {
    return this.tokens[this.next + ahead]?.kind === kind;
  }

  private take(kind: TokenKind): Token | undefined {
    const token = this.tokens[this.next];
    if (token?.kind !== kind) return undefined;
    this.next += 1;
    return token;
  }

  private expect(kind: TokenKind, shown: string): void {
    if (!this.take(kind)) throw wrong(this.text, `is missing a '${shown}'`);
  }
}

/**
 * Backslashes are special only before a quote, where each pair is one character; the closing quote is dropped. A run is matched
 * as a whole even when no quote follows it: otherwise matching would restart at each of its backslashes.
 */
function unquoted(text: string): string {
  const quote = text[0]!;
  const inner = text
    .slice(1)
    .replace(/\\+["']?/g, (run) => (run.endsWith(quote) ? run.replace(/.(.?)/gs, '$1') : run));
  return text.at(-2) === '\\' ? inner : inner.slice(0, -1);
}

/** Hydra takes several values for a key only with `--multirun`. */
function sweep(text: string): ConfigError {
  const message = `the override '${shortened(text)}' is a sweep over several values, which needs --multirun`;
  const hint = 'give one value; write a list as [a,b]; for text, quote it or escape its commas as \\,';
  return new ConfigError({ code: 'override-sweep', message, hint });
}

function wrong(
  text: string,
  what: string,
  hint = 'overrides read key=value, +key=value, ++key=value or ~key; put quotes around values with other characters',
): ConfigError {
  const message = `the override '${shortened(text)}' ${what}`;
  return new ConfigError({ code: 'override-syntax', message, hint });
}

function shortened(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
