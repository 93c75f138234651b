/** Python's operators on the values that config arithmetic has. Whatever Python refuses, or would need an object for, is refused. */

/** `bigint` is an int, `number` a float. */
export type PyValue = null | boolean | bigint | number | string | readonly PyValue[];

const MAX_BITS = 4096; // far above any config; stops 9**9**9
const MAX_LENGTH = 10_000; // of a repeated text or list

/** Thrown without a place; the evaluator adds the expression. */
export class Refused extends Error {}

export function isTrue(value: PyValue): boolean {
  if (value === null || typeof value === 'boolean') return value ?? false;
  if (typeof value === 'bigint') return value !== 0n;
  return typeof value === 'number' ? value !== 0 : value.length > 0;
}

/** An int or a float; a bool counts as 0 or 1. */
export function asNumeric(value: PyValue): bigint | number {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  throw new Refused('uses a value that is not a number as a number');
}

export function toFloat(value: bigint | number): number {
  const float = Number(value);
  if (typeof value === 'bigint' && !Number.isFinite(float))
    throw new Refused('has an int too large for a float');
  return float;
}

export function isEqual(a: PyValue, b: PyValue): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: PyValue, index) => isEqual(item, b[index] as PyValue));
  }
  if (isNumeric(a) && isNumeric(b)) {
    // Mixed on purpose: JavaScript compares an integer and a float exactly, as Python does.
    // biome-ignore lint/suspicious/noDoubleEquals: === is false between bigint and number
    return asNumeric(a) == asNumeric(b);
  }
  return a === b;
}

function isNumeric(value: PyValue): value is bigint | number | boolean {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
}

/** a < b; numbers with numbers, text with text. */
export function isLess(a: PyValue, b: PyValue): boolean {
  if (typeof a === 'string' && typeof b === 'string') return isTextLess(a, b);
  return asNumeric(a) < asNumeric(b);
}

/** By code points, where JavaScript compares halves of surrogate pairs. */
export function isTextLess(a: string, b: string): boolean {
  const [x, y] = [[...a], [...b]];
  const at = x.findIndex((char, index) => char !== y[index]);
  if (at < 0) return x.length < y.length;
  return at < y.length && x[at]!.codePointAt(0)! < y[at]!.codePointAt(0)!;
}

export function contains(container: PyValue, item: PyValue): boolean {
  if (Array.isArray(container)) return container.some((entry: PyValue) => isEqual(entry, item));
  if (typeof container === 'string' && typeof item === 'string') return container.includes(item);
  throw new Refused('uses the operator in on unsupported values');
}

export function isSame(a: PyValue, b: PyValue): boolean {
  const plain = (value: PyValue) => value === null || typeof value === 'boolean';
  if (!plain(a) && !plain(b)) throw new Refused('compares by identity (is)');
  return a === b;
}

export function binary(operator: string, a: PyValue, b: PyValue): PyValue {
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') return bounded(a + b);
  if (operator === '+' && Array.isArray(a) && Array.isArray(b)) return bounded([...a, ...b]);
  if (operator === '*' && (typeof a === 'string' || Array.isArray(a))) return repeated(a, b);
  if (operator === '*' && (typeof b === 'string' || Array.isArray(b))) return repeated(b, a);
  const [x, y] = [asNumeric(a), asNumeric(b)];
  if (operator === '/') return quotient(x, y);
  if (operator === '**') return power(x, y);
  if (typeof x === 'bigint' && typeof y === 'bigint') return integers(operator, x, y);
  return floats(operator, toFloat(x), toFloat(y));
}

function repeated(value: string | readonly PyValue[], times: PyValue): PyValue {
  const count = Number(integer(times));
  if (count > 0 && value.length * count > MAX_LENGTH) throw new Refused('produces a value that is too long');
  if (typeof value === 'string') return value.repeat(Math.max(0, count));
  return Array.from({ length: Math.max(0, count) }, () => value).flat();
}

function bounded<Value extends string | readonly PyValue[]>(value: Value): Value {
  if (value.length > MAX_LENGTH) throw new Refused('produces a value that is too long');
  return value;
}

export function integer(value: PyValue): bigint {
  const numeric = asNumeric(value);
  if (typeof numeric === 'bigint') return numeric;
  throw new Refused('uses a float where an int is needed');
}

function integers(operator: string, a: bigint, b: bigint): bigint {
  if ((operator === '//' || operator === '%') && b === 0n) throw new Refused('divides by zero');
  if ((operator === '<<' || operator === '>>') && (b < 0n || b > BigInt(MAX_BITS))) {
    throw new Refused('shifts too far');
  }
  switch (operator) {
    case '+':
      return small(a + b);
    case '-':
      return small(a - b);
    case '*':
      return small(a * b);
    case '//':
      return (a - modulo(a, b)) / b;
    case '%':
      return modulo(a, b);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return small(a << b);
    case '>>':
      return a >> b;
    default:
      throw new Refused(`has the operator ${operator}`);
  }
}

/** With the sign of the divisor, as in Python. */
function modulo(a: bigint, b: bigint): bigint {
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
}

function floats(operator: string, a: number, b: number): number {
  if ((operator === '//' || operator === '%') && b === 0) throw new Refused('divides by zero');
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//':
      return floorDivided(a, b);
    case '%':
      return floatModulo(a, b);
    default:
      throw new Refused(`has the operator ${operator} on floats`);
  }
}

function floatModulo(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

/** From the exact remainder, since the rounded quotient may lie on the wrong side of an integer (1 // 0.1 is 9). */
function floorDivided(a: number, b: number): number {
  const exact = (a - floatModulo(a, b)) / b;
  if (exact === 0) return a / b < 0 ? -0 : 0;
  const floor = Math.floor(exact);
  return exact - floor > 0.5 ? floor + 1 : floor;
}

function quotient(a: bigint | number, b: bigint | number): number {
  if (toFloat(b) === 0) throw new Refused('divides by zero');
  for (const value of [a, b]) {
    if (typeof value === 'bigint' && !Number.isSafeInteger(Number(value))) {
      throw new Refused('divides ints beyond 2^53');
    }
  }
  return toFloat(a) / toFloat(b);
}

function power(a: bigint | number, b: bigint | number): bigint | number {
  if (typeof a === 'bigint' && typeof b === 'bigint' && b >= 0n) {
    const bits = BigInt((a < 0n ? -a : a).toString(2).length);
    if (a !== 0n && a !== 1n && a !== -1n && bits * b > BigInt(MAX_BITS))
      throw new Refused('produces an int that is too large');
    return a ** b;
  }
  const [base, exponent] = [toFloat(a), toFloat(b)];
  if (base === 0 && exponent < 0) throw new Refused('divides by zero');
  const value = base ** exponent;
  const finite = Number.isFinite(base) && Number.isFinite(exponent);
  if (finite && !Number.isFinite(value)) throw new Refused('computes a power that is not a real number');
  return value;
}

function small(value: bigint): bigint {
  if (value.toString(2).length > MAX_BITS) throw new Refused('produces an int that is too large');
  return value;
}
