/** Reads one command-line override of Hydra's grammar: `key=value`, `+`, `++`, `~`, quoted values, lists and maps. */
import { RegripError } from '../base/errors.js';
import type { ConfigNode } from './node.js';
import { asFloat, asInteger } from './scalar.js';
import type { Provenance } from './types.js';

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
const MAX_DEPTH = 32;
const KEY = /^[A-Za-z0-9_/$-]+(?:\.[A-Za-z0-9_$-]+)*$/;

export function parseOverride(text: string, index: number): Override {
  if (text.length > MAX_LENGTH) throw wrong(text, 'is too long');
  const prefix = /^(?:\+\+|\+|~)?/.exec(text)![0];
  const kind = prefix === '+' ? 'add' : prefix === '++' ? 'force' : prefix === '~' ? 'delete' : 'change';
  const equals = text.indexOf('=');
  if (equals < 0 && kind !== 'delete') throw wrong(text, 'has no =');
  const name = text.slice(prefix.length, equals < 0 ? undefined : equals).trim();
  const [key, pack, extra] = name.split('@');
  if (!KEY.test(key!) || extra !== undefined) throw wrong(text, `has the key '${name}'`);
  const place: Provenance = { kind: 'override', text, index };
  const value = equals < 0 ? undefined : new Reader(text, equals + 1, place).whole();
  return { kind, key: key!, package: pack, value, text, index };
}

class Reader {
  constructor(
    private readonly text: string,
    private at: number,
    private readonly place: Provenance,
  ) {}

  whole(): ConfigNode {
    this.skip();
    if (this.at >= this.text.length) return this.scalar('');
    const value = this.value(0, '');
    this.skip();
    if (this.text[this.at] === ',')
      throw wrong(this.text, 'is a sweep over several values', 'quote the value, or escape the comma: \\,');
    if (this.at < this.text.length)
      throw wrong(this.text, `has '${this.text.slice(this.at)}' after its value`);
    return value;
  }

  private value(depth: number, closers: string): ConfigNode {
    if (depth > MAX_DEPTH) throw wrong(this.text, 'is nested too deeply');
    this.skip();
    const first = this.text[this.at];
    if (first === '[') return this.list(depth);
    if (first === '{') return this.map(depth);
    if (first === '"' || first === "'") return this.scalar(this.quoted(first));
    return this.scalar(primitive(this.primitiveText(closers)));
  }

  private list(depth: number): ConfigNode {
    const items: ConfigNode[] = [];
    this.at += 1;
    this.skip();
    while (this.text[this.at] !== ']') {
      items.push(this.value(depth + 1, ',]'));
      this.separator(']');
    }
    this.at += 1;
    return { kind: 'list', items, place: this.place, beaten: [] };
  }

  private map(depth: number): ConfigNode {
    const entries = new Map<string, ConfigNode>();
    this.at += 1;
    this.skip();
    while (this.text[this.at] !== '}') {
      const quote = this.text[this.at];
      const key = quote === '"' || quote === "'" ? this.quoted(quote) : this.primitiveText(':}').trim();
      this.skip();
      if (this.text[this.at] !== ':') throw wrong(this.text, `has no ':' after the key '${key}'`);
      this.at += 1;
      entries.set(key, this.value(depth + 1, ',}'));
      this.separator('}');
    }
    this.at += 1;
    return { kind: 'map', entries, place: this.place, beaten: [] };
  }

  private separator(closer: string): void {
    this.skip();
    const here = this.text[this.at];
    if (here === ',') {
      this.at += 1;
      this.skip();
    } else if (here !== closer) throw wrong(this.text, `has no '${closer}'`);
  }

  private quoted(quote: string): string {
    let out = '';
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      const char = this.text[this.at]!;
      if (char === quote) {
        this.at += 1;
        return out;
      }
      const next = this.text[this.at + 1];
      if (char === '\\' && (next === quote || next === '\\')) {
        out += next;
        this.at += 1;
      } else out += char;
    }
    throw wrong(this.text, `has no closing ${quote}`);
  }

  /** Up to a closer at this level; braces of an interpolation and escapes are passed over. */
  private primitiveText(closers: string): string {
    let out = '';
    let braces = 0;
    for (; this.at < this.text.length; this.at += 1) {
      const char = this.text[this.at]!;
      if (char === '\\' && '\\()[]{}:=, \t'.includes(this.text[this.at + 1] ?? 'x')) {
        this.at += 1;
        out += this.text[this.at];
        continue;
      }
      if (char === '$' && this.text[this.at + 1] === '{') braces += 1;
      else if (char === '}' && braces > 0) {
        braces -= 1;
        out += char;
        continue;
      } else if (braces === 0 && (closers.includes(char) || (closers === '' && char === ','))) break;
      out += char;
    }
    return out.trim();
  }

  private skip(): void {
    while (/\s/.test(this.text[this.at] ?? 'x')) this.at += 1;
  }

  private scalar(value: ReturnType<typeof primitive>): ConfigNode {
    return { kind: 'scalar', value, place: this.place, beaten: [] };
  }
}

function primitive(text: string) {
  if (/^null$/i.test(text)) return null;
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  if (/^[-+]?(?:0|[1-9](?:_?[0-9])*)$/.test(text))
    return asInteger(BigInt(text.replaceAll('_', '').replace('+', '')));
  if (
    /^[-+]?(?:(?:[0-9](?:_?[0-9])*)?\.[0-9](?:_?[0-9])*|[0-9](?:_?[0-9])*\.?)(?:[eE][-+]?[0-9](?:_?[0-9])*)?$/.test(
      text,
    )
  ) {
    return asFloat(Number(text.replaceAll('_', '')));
  }
  if (/^[-+]?inf$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  return text;
}

function wrong(
  text: string,
  what: string,
  hint = 'overrides read key=value, +key=value, ++key=value or ~key; quote what holds spaces or commas',
): RegripError {
  return new RegripError({ code: 'override-syntax', message: `the override '${text}' ${what}`, hint });
}
