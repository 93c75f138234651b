/** The few Python built-ins that config arithmetic calls. */

import { asNumeric, binary, isLess, isTrue, type PyValue, Refused, toFloat } from './ops.js';
import { MAX_INTEGER_DIGITS } from './value.js';

type Call = (args: readonly PyValue[]) => PyValue;

/** Decimal places up to which a tie shows in the exact decimal expansion of a double. */
const MAX_DIGITS = 10;

const CALLS: Readonly<Record<string, Call>> = {
  max: (args) => best(args, (a, b) => isLess(b, a)),
  min: (args) => best(args, isLess),
  sum: (args) => listOf(args).reduce<PyValue>((total, item) => binary('+', total, asNumeric(item)), 0n),
  len: (args) => {
    const value = only(args);
    if (typeof value === 'string') return BigInt([...value].length);
    return BigInt(listOf([value]).length);
  },
  int: (args) => truncated(only(args)),
  float: (args) => floatOf(only(args)),
  bool: (args) => isTrue(only(args)),
  abs: (args) => {
    const value = asNumeric(only(args));
    return typeof value === 'number' ? Math.abs(value) : value < 0n ? -value : value;
  },
  pow: ([base, exponent, ...more]) => {
    if (base === undefined || exponent === undefined || more.length > 0)
      throw new Refused('calls pow with other than 2 numbers');
    return binary('**', base, exponent);
  },
  round: ([value, digits, ...more]) => {
    if (value === undefined || more.length > 0) throw new Refused('calls round with unsupported arguments');
    return rounded(asNumeric(value), digits);
  },
};

export function call(name: string, args: readonly PyValue[]): PyValue {
  const called = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
  if (called === undefined) throw new Refused(`calls ${name}`);
  return called(args);
}

function only(args: readonly PyValue[]): PyValue {
  if (args.length !== 1) throw new Refused(`calls a function with ${args.length} arguments`);
  return args[0]!;
}

function listOf(args: readonly PyValue[]): readonly PyValue[] {
  const value = only(args);
  if (Array.isArray(value)) return value as readonly PyValue[];
  throw new Refused('uses a value that is not a list as a list');
}

/** The first of equal ones wins, with its own type. */
function best(args: readonly PyValue[], better: (a: PyValue, b: PyValue) => boolean): PyValue {
  const all = args.length === 1 ? listOf(args) : args;
  if (all.length === 0) throw new Refused('takes the max or min of nothing');
  return all.reduce((winner, item) => (better(item, winner) ? item : winner));
}

export function truncated(value: PyValue): bigint {
  if (typeof value === 'string') {
    if (value.length <= MAX_INTEGER_DIGITS && /^\s*[-+]?\d+(?:_\d+)*\s*$/.test(value))
      return BigInt(value.replaceAll('_', '').trim().replace('+', ''));
    throw new Refused('converts text that Python does not read as an integer to int');
  }
  const numeric = asNumeric(value);
  if (typeof numeric === 'bigint') return numeric;
  if (!Number.isFinite(numeric)) throw new Refused('converts NaN or infinity to int');
  return BigInt(Math.trunc(numeric));
}

export function floatOf(value: PyValue): number {
  if (typeof value !== 'string') return toFloat(asNumeric(value));
  const text = value
    .trim()
    .toLowerCase()
    .replace(/(?<=\d)_(?=\d)/g, '');
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(text)) return Number(text);
  if (/^[-+]?nan$/.test(text)) return Number.NaN;
  const infinite = /^([-+]?)inf(?:inity)?$/.exec(text);
  if (infinite === null) throw new Refused('converts text that Python does not read as a number to float');
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Half to even, as in Python. */
function rounded(value: bigint | number, digits: PyValue | undefined): PyValue {
  if (typeof value === 'bigint')
    return digits === undefined || digits === null ? value : roundedInteger(value, digits);
  if (digits === undefined || digits === null) {
    if (!Number.isFinite(value)) throw new Refused('rounds NaN or infinity to an int');
    return BigInt(halfToEven(value));
  }
  const places = Number(asNumeric(digits));
  if (!(places >= 0 && places <= MAX_DIGITS) || Math.abs(value) >= 1e15)
    throw new Refused('rounds in an unsupported way');
  return roundedAt(value, places);
}

function roundedInteger(value: bigint, digits: PyValue): bigint {
  const places = asNumeric(digits);
  if (typeof places !== 'bigint' || places < -20n) throw new Refused('rounds in an unsupported way');
  if (places >= 0n) return value;
  const unit = 10n ** -places;
  const rest = ((value % unit) + unit) % unit;
  const below = value - rest;
  const up = rest * 2n > unit || (rest * 2n === unit && (below / unit) % 2n !== 0n);
  return up ? below + unit : below;
}

function halfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** `toFixed` rounds the exact value, but ties upwards: a tie shows as a 5 followed by zeros in the exact expansion. */
function roundedAt(value: number, places: number): number {
  const exact = Math.abs(value).toFixed(100);
  const cut = exact.length - 100 + places;
  const isTie = /^50*$/.test(exact.slice(cut));
  const kept = exact.slice(0, cut);
  const isEven = /[02468]\.?$/.test(kept);
  const text = isTie && isEven ? kept : Math.abs(value).toFixed(places);
  return Math.sign(value) * Number(text);
}
