/** Evaluates the arithmetic that configs put into `${eval:…}`, as Python would; anything else is refused, not guessed. */
import { RegripError } from '../base/errors.js';
import { type Plain, PyFloat } from '../base/plain.js';
import { asFloat } from './scalar.js';

const TOKEN =
  /\s*(\d+\.\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d+|'[^'\\]*'|"[^"\\]*"|[A-Za-z_]\w*|\*\*|\/\/|==|!=|<=|>=|[-+*/%()<>[\],])/y;
const MAX_LENGTH = 4096;

interface Num {
  readonly float: boolean;
  readonly value: number;
}
type Value = Num | boolean | string | null | Value[];

/** `text` is the expression after its interpolations were filled in; `where` names the key for the error. */
export function evaluate(text: string, where: string): Plain {
  const parser = new Parser(text, where);
  return toPlain(parser.whole());
}

class Parser {
  private tokens: string[];
  private next = 0;
  constructor(
    private readonly text: string,
    private readonly where: string,
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
    const end = this.text.trimEnd().length;
    while (TOKEN.lastIndex < end) {
      const found = TOKEN.exec(this.text);
      if (found === null) throw this.refuse();
      tokens.push(found[1]!);
    }
    return tokens;
  }

  private conditional(): Value {
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
    return this.take('not') ? !truth(this.negation()) : this.comparison();
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
    if (this.take('-')) {
      const { float, value } = this.number(this.unary());
      return { float, value: -value };
    }
    if (this.take('+')) return this.number(this.unary());
    return this.power();
  }

  private power(): Value {
    const base = this.atom();
    if (!this.take('**')) return base;
    const [a, b] = [this.number(base), this.number(this.unary())];
    return {
      float: a.float || b.float || b.value < 0,
      value: this.exact(a.value ** b.value, a.float || b.float || b.value < 0),
    };
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
      '//': () => Math.floor(a.value / b.value),
      '%': () => a.value - b.value * Math.floor(a.value / b.value),
    }[operator]!();
    return { float, value: this.exact(value, float) };
  }

  private exact(value: number, float: boolean): number {
    if (!float && !Number.isSafeInteger(value)) throw this.refuse('leaves the range of exact integers');
    return value;
  }

  private atom(): Value {
    const token = this.tokens[this.next++];
    if (token === undefined) throw this.refuse();
    if (/^[\d.]/.test(token)) return { float: /[.eE]/.test(token), value: Number(token) };
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
    const first = args[0];
    const numbers = () =>
      (args.length === 1 && Array.isArray(first) ? first : args).map((value) => this.number(value));
    const best = (better: (a: number, b: number) => boolean) => {
      const all = numbers();
      if (all.length === 0) throw this.refuse();
      return all.reduce((a, b) => (better(b.value, a.value) ? b : a));
    };
    switch (name) {
      case 'max':
        return best((a, b) => a > b);
      case 'min':
        return best((a, b) => a < b);
      case 'sum':
        return numbers().reduce((a, b) => ({ float: a.float || b.float, value: a.value + b.value }), {
          float: false,
          value: 0,
        });
      case 'len':
        if (Array.isArray(first)) return { float: false, value: first.length };
        break;
      case 'int':
        if (args.length === 1) return { float: false, value: Math.trunc(this.number(first!).value) };
        break;
      case 'float':
        if (args.length === 1) return { float: true, value: this.number(first!).value };
        break;
      case 'abs':
        if (args.length === 1) return { ...this.number(first!), value: Math.abs(this.number(first!).value) };
        break;
      case 'round':
        if (args.length === 1) return { float: false, value: halfToEven(this.number(first!).value) };
        break;
    }
    throw this.refuse();
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
    return new RegripError({
      code: 'not-evaluated',
      message: `${this.where}: the expression '${this.text}' ${why}`,
      hint: 'arithmetic, comparisons, lists and max, min, sum, len, int, float, abs, round are evaluated',
    });
  }
}

function truth(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (value === null) return false;
  return Array.isArray(value) || typeof value === 'string' ? value.length > 0 : value.value !== 0;
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

/** How Python writes a value into text. */
export function pythonText(value: Plain): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value instanceof PyFloat) return `${value.value.toFixed(1)}`;
  if (typeof value === 'number' && !Number.isInteger(value)) return pythonFloat(value);
  if (Array.isArray(value))
    return `[${value.map((item: Plain) => (typeof item === 'string' ? `'${item}'` : pythonText(item))).join(', ')}]`;
  return String(value);
}

function pythonFloat(value: number): string {
  const text = String(value);
  return text.replace(/e([-+])(\d)$/, 'e$10$2');
}
