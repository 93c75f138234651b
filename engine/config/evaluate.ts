/** Evaluates the arithmetic that configs put into `${eval:…}`, as Python would; anything else is refused, not guessed. */
import type { RegripError } from '../base/errors.js';
import type { Plain } from '../base/plain.js';
import { asFloat } from './scalar.js';

const TOKEN =
  /[ \t]*(\d+\.\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d+|'[^'\\\n]*'|"[^"\\\n]*"|[A-Za-z_]\w*|\*\*|\/\/|==|!=|<=|>=|[-+*/%()<>[\],])/y;
const MAX_LENGTH = 4096; // real expressions have dozens of characters
const MAX_DEPTH = 50; // brackets and signs in each other; stops a stack overflow
/** Makes the error for the value that holds the expression. */
export type Refuse = (what: string) => RegripError;

interface Num {
  readonly float: boolean;
  readonly value: number;
}
type Value = Num | boolean | string | null | Value[];

/** `text` is the expression after its interpolations were filled in. */
export function evaluate(text: string, refuse: Refuse): Plain {
  const parser = new Parser(text, refuse);
  return toPlain(parser.whole());
}

class Parser {
  private tokens: string[];
  private next = 0;
  private depth = 0;
  constructor(
    private readonly text: string,
    private readonly refusal: Refuse,
  ) {
    this.tokens = this.tokenize();
  }

  whole(): Value {
    const value = this.conditional();
    if (this.next < this.tokens.length) throw this.refuse();
    return value;
  }

  private tokenize(): string[] {
    if (this.text.length > MAX_LENGTH) throw this.refuse();
    const tokens: string[] = [];
    TOKEN.lastIndex = 0;
    const end = this.text.replace(/[ \t]+$/, '').length;
    while (TOKEN.lastIndex < end) {
      const found = TOKEN.exec(this.text);
      if (found === null) throw this.refuse();
      const token = found[1]!;
      if (/^0\d/.test(token) && /[1-9]/.test(token) && !/[.eE]/.test(token))
        throw this.refuse('has a number with a leading 0');
      tokens.push(token);
    }
    return tokens;
  }

  private conditional(): Value {
    return this.nested(() => this.choice());
  }

  private choice(): Value {
    const value = this.either();
    if (!this.take('if')) return value;
    const condition = this.either();
    if (!this.take('else')) throw this.refuse();
    const otherwise = this.conditional();
    return truth(condition) ? value : otherwise;
  }

  private either(): Value {
    let left = this.both();
    while (this.take('or')) {
      const right = this.both();
      left = truth(left) ? left : right;
    }
    return left;
  }

  private both(): Value {
    let left = this.negation();
    while (this.take('and')) {
      const right = this.negation();
      left = truth(left) ? right : left;
    }
    return left;
  }

  private negation(): Value {
    return this.take('not') ? !truth(this.nested(() => this.negation())) : this.comparison();
  }

  private comparison(): Value {
    const left = this.sum();
    const operator = ['==', '!=', '<=', '>=', '<', '>'].find((symbol) => this.take(symbol));
    if (operator === undefined) return left;
    const right = this.sum();
    if (typeof left === 'string' || typeof right === 'string') {
      if (operator !== '==' && operator !== '!=') throw this.refuse();
      return (left === right) === (operator === '==');
    }
    const [a, b] = [this.number(left).value, this.number(right).value];
    return { '==': a === b, '!=': a !== b, '<=': a <= b, '>=': a >= b, '<': a < b, '>': a > b }[operator]!;
  }

  private sum(): Value {
    let left = this.product();
    for (;;) {
      const operator = ['+', '-'].find((symbol) => this.take(symbol));
      if (operator === undefined) return left;
      left = this.arithmetic(operator, left, this.product());
    }
  }

  private product(): Value {
    let left = this.unary();
    for (;;) {
      const operator = ['*', '//', '/', '%'].find((symbol) => this.take(symbol));
      if (operator === undefined) return left;
      left = this.arithmetic(operator, left, this.unary());
    }
  }

  private unary(): Value {
    const sign = ['-', '+'].find((symbol) => this.take(symbol));
    if (sign === undefined) return this.power();
    const { float, value } = this.number(this.nested(() => this.unary()));
    return { float, value: this.exact(sign === '-' ? -value : value, float) };
  }

  private power(): Value {
    const base = this.atom();
    if (!this.take('**')) return base;
    const [a, b] = [this.number(base), this.number(this.nested(() => this.unary()))];
    const float = a.float || b.float || b.value < 0;
    if (a.value === 0 && b.value < 0) throw this.refuse('divides by zero');
    const value = float || b.value > 64 ? a.value ** b.value : Number(BigInt(a.value) ** BigInt(b.value));
    if (Number.isFinite(a.value) && Number.isFinite(b.value) && !Number.isFinite(value))
      throw this.refuse('overflows');
    return { float, value: this.exact(value, float) };
  }

  private arithmetic(operator: string, left: Value, right: Value): Value {
    const [a, b] = [this.number(left), this.number(right)];
    const float = a.float || b.float || operator === '/';
    if ('/%'.includes(operator[0]!) && b.value === 0) throw this.refuse('divides by zero');
    const value = {
      '+': () => a.value + b.value,
      '-': () => a.value - b.value,
      '*': () => a.value * b.value,
      '/': () => a.value / b.value,
      '//': () => floorDivided(a.value, b.value),
      '%': () => modulo(a.value, b.value),
    }[operator]!();
    return { float, value: this.exact(value, float) };
  }

  /** An int has no negative zero and stays exact. */
  private exact(value: number, float: boolean): number {
    if (!float && !Number.isSafeInteger(value)) throw this.refuse('leaves the range of exact integers');
    return float ? value : value + 0;
  }

  private atom(): Value {
    const token = this.tokens[this.next++];
    if (token === undefined) throw this.refuse();
    if (/^[\d.]/.test(token)) {
      const float = /[.eE]/.test(token);
      return { float, value: this.exact(Number(token), float) };
    }
    if (/^['"]/.test(token)) return token.slice(1, -1);
    if (token === 'True' || token === 'False') return token === 'True';
    if (token === 'None') return null;
    if (token === '(') {
      const value = this.conditional();
      if (!this.take(')')) throw this.refuse();
      return value;
    }
    if (token === '[') return this.items(']');
    if (this.take('(')) return this.call(token, this.items(')'));
    throw this.refuse();
  }

  private items(closer: string): Value[] {
    const items: Value[] = [];
    while (!this.take(closer)) {
      items.push(this.conditional());
      if (!this.take(',') && this.tokens[this.next] !== closer) throw this.refuse();
    }
    return items;
  }

  private call(name: string, args: Value[]): Value {
    const [first] = args;
    if (name === 'max' || name === 'min') return this.best(name, args);
    if (args.length !== 1 || first === undefined) throw this.refuse();
    switch (name) {
      case 'sum':
        return this.list(first).reduce<Num>((a, b) => this.number(this.arithmetic('+', a, b)), {
          float: false,
          value: 0,
        });
      case 'len':
        return { float: false, value: this.list(first).length };
      case 'int':
        return { float: false, value: this.exact(Math.trunc(this.number(first).value), false) };
      case 'float':
        return { float: true, value: this.number(first).value };
      case 'abs':
        return { ...this.number(first), value: Math.abs(this.number(first).value) };
      case 'round':
        return { float: false, value: this.exact(halfToEven(this.number(first).value), false) };
      default:
        throw this.refuse();
    }
  }

  /** The first of the largest or smallest, as it stands. */
  private best(name: 'max' | 'min', args: readonly Value[]): Value {
    const all = args.length === 1 ? this.list(args[0]!) : args;
    if (all.length === 0) throw this.refuse();
    const beats = (a: Num, b: Num) => (name === 'max' ? a.value > b.value : a.value < b.value);
    const numbers = all.map((value) => this.number(value));
    return all[numbers.reduce((found, value, index) => (beats(value, numbers[found]!) ? index : found), 0)]!;
  }

  private list(value: Value): readonly Value[] {
    if (!Array.isArray(value)) throw this.refuse();
    return value;
  }

  private number(value: Value): Num {
    if (typeof value === 'boolean') return { float: false, value: value ? 1 : 0 };
    if (value === null || Array.isArray(value) || typeof value === 'string') throw this.refuse();
    return value;
  }

  private take(token: string): boolean {
    if (this.tokens[this.next] !== token) return false;
    this.next += 1;
    return true;
  }

  private refuse(why = 'is outside what is evaluated without running Python'): RegripError {
    return this.refusal(
      `evaluates '${this.text.slice(0, 200)}', which ${why} (arithmetic, comparisons, lists and max, min, sum, len, int, float, abs, round are evaluated)`,
    );
  }

  /** Stops recursion where Python would have stopped long before. */
  private nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw this.refuse('nests too deeply');
    const value = read();
    this.depth -= 1;
    return value;
  }
}

function truth(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (value === null) return false;
  return Array.isArray(value) || typeof value === 'string' ? value.length > 0 : value.value !== 0;
}

/** Python's: the sign of the divisor. */
function modulo(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 === b < 0 ? rest : rest + b;
}

function floorDivided(a: number, b: number): number {
  const quotient = (a - modulo(a, b)) / b;
  if (quotient === 0) return a / b < 0 ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function halfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function toPlain(value: Value): Plain {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(toPlain);
  return value.float ? asFloat(value.value) : value.value;
}
