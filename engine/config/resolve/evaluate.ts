/** Evaluates the arithmetic that configs put into `${eval:…}` as Python would; refuses anything else instead of guessing. */

import type { Plain } from '../../base/plain.js';
import type { ConfigError } from '../configError.js';
import { call } from '../python/calls.js';
import {
  asNumeric,
  binary,
  contains,
  integer,
  isEqual,
  isLess,
  isSame,
  isTrue,
  type PyValue,
  Refused,
} from '../python/ops.js';
import { asFloat, asInteger } from '../yaml/scalar.js';

const MAX_LENGTH = 4096; // of an expression; real ones have tens of characters
const MAX_DEPTH = 64; // of brackets; stops a stack overflow
const TOKEN =
  /[ \t]*(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|(?:\d+(?:_\d+)*)?\.\d+(?:[eE][-+]?\d+)?|\d+(?:_\d+)*(?:\.(?:[eE][-+]?\d+)?|[eE][-+]?\d+)?|'[^'\\\n]*'|"[^"\\\n]*"|[A-Za-z_]\w*|\*\*|\/\/|==|!=|<=|>=|<<|>>|[-+*/%()<>[\],:&|^~])/y;
/** From loosest to tightest binding; all are left-associative. */
const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '//', '%'],
];

/** Evaluated only when needed: Python skips one side of a condition. */
type Thunk = () => PyValue;

/** Makes the error for the value that holds the expression. */
export type Refuse = (what: string) => ConfigError;

/** `text` is the expression after interpolations are substituted; `names`: the arguments of a function. */
export function evaluate(
  text: string,
  refuse: Refuse,
  names: ReadonlyMap<string, PyValue> = new Map(),
): Plain {
  try {
    return toPlain(new Parser(text, names).whole()());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw refuse(
      `evaluates '${text.slice(0, 200)}', which ${error.message} (evaluated without running Python; supported are arithmetic, comparisons, conditions, lists, max, min, sum, len, int, float, bool, abs, pow, round)`,
    );
  }
}

class Parser {
  private readonly tokens: readonly string[];
  private next = 0;
  private depth = 0;

  constructor(
    text: string,
    private readonly names: ReadonlyMap<string, PyValue>,
  ) {
    this.tokens = tokenize(text);
  }

  whole(): Thunk {
    const value = this.conditional();
    if (this.next < this.tokens.length) throw this.unexpected();
    return value;
  }

  private conditional(): Thunk {
    const value = this.either();
    if (!this.take('if')) return value;
    const condition = this.either();
    this.expect('else');
    const otherwise = this.conditional();
    return () => (isTrue(condition()) ? value() : otherwise());
  }

  private either(): Thunk {
    const left = this.both();
    if (!this.take('or')) return left;
    const right = this.either();
    return () => {
      const value = left();
      return isTrue(value) ? value : right();
    };
  }

  private both(): Thunk {
    const left = this.negation();
    if (!this.take('and')) return left;
    const right = this.both();
    return () => {
      const value = left();
      return isTrue(value) ? right() : value;
    };
  }

  private negation(): Thunk {
    if (!this.take('not')) return this.comparison();
    const value = this.nested(() => this.negation());
    return () => !isTrue(value());
  }

  /** `a < b < c` is `a < b and b < c`, each evaluated once. */
  private comparison(): Thunk {
    const first = this.level(0);
    const rest: [string, Thunk][] = [];
    for (let sign = this.comparator(); sign !== undefined; sign = this.comparator()) {
      rest.push([sign, this.level(0)]);
    }
    if (rest.length === 0) return first;
    return () => {
      let left = first();
      for (const [sign, thunk] of rest) {
        const right = thunk();
        if (!compared(sign, left, right)) return false;
        left = right;
      }
      return true;
    };
  }

  private comparator(): string | undefined {
    const simple = ['==', '!=', '<=', '>=', '<', '>', 'in'].find((sign) => this.take(sign));
    if (simple !== undefined) return simple;
    if (this.take('is')) return this.take('not') ? 'is not' : 'is';
    if (!this.take('not')) return undefined;
    this.expect('in');
    return 'not in';
  }

  private level(index: number): Thunk {
    const signs = LEVELS[index];
    if (signs === undefined) return this.unary();
    let left = this.level(index + 1);
    for (;;) {
      const sign = signs.find((candidate) => this.take(candidate));
      if (sign === undefined) return left;
      const [a, b] = [left, this.level(index + 1)];
      left = () => binary(sign, a(), b());
    }
  }

  private unary(): Thunk {
    const sign = ['-', '+', '~'].find((candidate) => this.take(candidate));
    if (sign === undefined) return this.power();
    const value = this.nested(() => this.unary());
    if (sign === '~') return () => ~integer(value());
    return () => {
      const numeric = asNumeric(value());
      return sign === '-' ? -numeric : numeric;
    };
  }

  private power(): Thunk {
    const base = this.indexed();
    if (!this.take('**')) return base;
    const exponent = this.nested(() => this.unary());
    return () => binary('**', base(), exponent());
  }

  private indexed(): Thunk {
    let value = this.atom();
    while (this.take('[')) {
      const [list, index] = [value, this.conditional()];
      this.expect(']');
      value = () => entry(list(), integer(index()));
    }
    return value;
  }

  private atom(): Thunk {
    const token = this.tokens[this.next];
    if (token === undefined) throw this.unexpected();
    this.next += 1;
    if (/^[\d.]/.test(token)) return constant(numeral(token));
    if (/^['"]/.test(token)) return constant(token.slice(1, -1));
    if (token === 'None') return constant(null);
    if (token === 'True' || token === 'False') return constant(token === 'True');
    if (token === '(') {
      const value = this.nested(() => this.conditional());
      this.expect(')');
      return value;
    }
    if (token === '[') {
      const items = this.items(']');
      return () => items.map((item) => item());
    }
    const named = this.names.get(token);
    if (named !== undefined) return constant(named);
    if (/^\w/.test(token) && this.take('(')) {
      const args = this.items(')');
      return () =>
        call(
          token,
          args.map((arg) => arg()),
        );
    }
    this.next -= 1;
    throw this.unexpected();
  }

  private items(closer: string): Thunk[] {
    const items: Thunk[] = [];
    while (!this.take(closer)) {
      items.push(this.nested(() => this.conditional()));
      if (this.tokens[this.next] !== closer) this.expect(',');
    }
    return items;
  }

  private nested(read: () => Thunk): Thunk {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new Refused('is nested too deeply');
    const value = read();
    this.depth -= 1;
    return value;
  }

  private take(token: string): boolean {
    if (this.tokens[this.next] !== token) return false;
    this.next += 1;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw this.unexpected();
  }

  private unexpected(): Refused {
    const token = this.tokens[this.next];
    return new Refused(token === undefined ? 'is incomplete' : `contains '${token}', which is not supported`);
  }
}

function tokenize(text: string): string[] {
  if (text.length > MAX_LENGTH) throw new Refused('is too long');
  const end = text.trimEnd().length;
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(text);
    if (found === null)
      throw new Refused(`contains '${text.slice(at).trim().slice(0, 20)}', which is not supported`);
    tokens.push(found[1]!);
  }
  return tokens;
}

function numeral(token: string): PyValue {
  const digits = token.replaceAll('_', '');
  if (/^0[xXbBoO]/.test(digits)) return BigInt(digits);
  if (/[.eE]/.test(digits)) return Number(digits);
  if (/^0\d*[1-9]/.test(digits)) throw new Refused(`contains '${token}', a number with a leading zero`);
  return BigInt(digits);
}

function compared(sign: string, a: PyValue, b: PyValue): boolean {
  switch (sign) {
    case '==':
      return isEqual(a, b);
    case '!=':
      return !isEqual(a, b);
    case '<':
      return isLess(a, b);
    case '>':
      return isLess(b, a);
    case '<=':
      return isLess(a, b) || isEqual(a, b);
    case '>=':
      return isLess(b, a) || isEqual(a, b);
    case 'in':
      return contains(b, a);
    case 'not in':
      return !contains(b, a);
    case 'is':
      return isSame(a, b);
    default:
      return !isSame(a, b);
  }
}

function entry(list: PyValue, index: bigint): PyValue {
  const items = typeof list === 'string' ? [...list] : list;
  if (!Array.isArray(items)) throw new Refused('indexes a value that is not a list');
  const found = items.at(Number(index)) as PyValue | undefined;
  if (found === undefined) throw new Refused('indexes past the end of a list');
  return found;
}

function constant(value: PyValue): Thunk {
  return () => value;
}

function toPlain(value: PyValue): Plain {
  if (typeof value === 'bigint') return asInteger(value);
  if (typeof value === 'number') return asFloat(value);
  return Array.isArray(value) ? value.map(toPlain) : (value as Plain);
}
