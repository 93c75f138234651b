/** The functions of Hydra's override grammar, with the arguments that their Python signatures take. */

import { Refused } from '../python/ops.js';
import { CASTS, castValue } from './casts.js';
import { sortedValues } from './sort.js';
import { isSweep, type OverrideValue, scalarOf } from './value.js';

interface Arguments {
  readonly given: readonly OverrideValue[];
  readonly named: ReadonlyMap<string, OverrideValue>;
}
type Accepts = (value: OverrideValue) => boolean;
type Call = (args: Arguments) => OverrideValue;

const FUNCTIONS: Readonly<Record<string, Call>> = {
  ...Object.fromEntries(Object.keys(CASTS).map((name) => [name, (args: Arguments) => cast(name, args)])),
  choice,
  range,
  interval,
  tag,
  sort,
  shuffle,
  glob,
};
/** Later versions of Hydra have these. */
const LATER: readonly string[] = ['json_str', 'extend_list'];

/** Throws `Refused` where Hydra fails. */
export function callFunction(name: string, { given, named }: Arguments): OverrideValue {
  const called = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (called === undefined) {
    const known = Object.keys(FUNCTIONS).sort().join(', ');
    const later = LATER.includes(name) ? '; later versions of Hydra have it' : '';
    throw new Refused(`which Hydra 1.3 does not have (it has ${known})${later}`);
  }
  const plain = new Map([...named].map(([key, value]) => [key, unquoted(value)]));
  return called({ given: given.map(unquoted), named: plain });
}

/** Hydra strips the quotes from arguments, but not from what is inside a list or a map. */
function unquoted(value: OverrideValue): OverrideValue {
  return value.kind === 'scalar' ? scalarOf(value.value) : value;
}

const isNull: Accepts = (value) => value.kind === 'scalar' && value.value === null;
const isText: Accepts = (value) => value.kind === 'scalar' && typeof value.value === 'string';
const isNumber: Accepts = (value) => value.kind === 'scalar' && !isText(value) && !isNull(value);
const isNotANumber: Accepts = (value) => value.kind === 'scalar' && Number.isNaN(value.value);
const isList: Accepts = (value) => value.kind === 'list' || value.kind === 'shuffled';
const isTagged: Accepts = (value) => isSweep(value) && value.kind !== 'glob';
const isDiscrete: Accepts = (value) => value.kind === 'choice' || value.kind === 'range';
const isElement: Accepts = (value) => !isSweep(value) && !isNull(value);
const isCastable: Accepts = (value) => value.kind !== 'glob';
const isChoosable: Accepts = (value) => isElement(value) || value.kind === 'choice';
const isOrdered: Accepts = (value) => isElement(value) || isDiscrete(value);
const optional =
  (accepts: Accepts): Accepts =>
  (value) =>
    isNull(value) || accepts(value);

function cast(name: string, args: Arguments): OverrideValue {
  const { rest, named } = variadic(args, isCastable, { value: isCastable });
  const value = named['value'];
  if (rest.length > 0 && value !== undefined)
    throw new Refused('accepts values by position or by name, not both');
  if (value === undefined && rest.length === 0) throw new Refused('needs a value');
  return castValue(name, value ?? (rest.length === 1 ? rest[0]! : simpleChoice(rest)));
}

function choice(args: Arguments): OverrideValue {
  const { rest: items } = variadic(args, isChoosable, {});
  const [first] = items;
  if (first === undefined) throw new Refused('needs a value');
  if (items.length > 1 || first.kind !== 'choice') return { kind: 'choice', simple: false, items };
  if (first.simple) return { ...first, simple: false };
  throw new Refused('does not accept a nested choice(…)');
}

function range(args: Arguments): OverrideValue {
  const given = bound(args, ['start', 'stop', 'step'], 1);
  const [start, stop, step = scalarOf(1)] = given;
  check(start!, isNumber);
  if (stop !== undefined) check(stop, optional(isNumber));
  check(step, isNumber);
  const ends = stop === undefined || isNull(stop) ? [scalarOf(0), start!] : [start!, stop];
  return { kind: 'range', numbers: [...ends, step].map(plainOf) };
}

function interval(args: Arguments): OverrideValue {
  const ends = bound(args, ['start', 'end'], 2).map((end) => check(end!, isNumber));
  return { kind: 'interval', numbers: ends.map((end) => plainOf(castValue('float', end))) };
}

function tag(args: Arguments): OverrideValue {
  const { rest, named } = variadic(args, (value) => isText(value) || isTagged(value), {
    sweep: optional(isTagged),
  });
  if (rest.length === 0) throw new Refused('needs a sweep');
  const all = named['sweep'] === undefined ? rest : [...rest, named['sweep']];
  const last = all.at(-1)!;
  if (!isSweep(last)) throw new Refused('accepts a sweep only as its last argument');
  for (const name of all.slice(0, -1)) check(name, isText);
  return last;
}

function sort(args: Arguments): OverrideValue {
  const { rest, named } = variadic(args, isOrdered, {
    sweep: optional(isDiscrete),
    list: optional(isList),
    reverse: (value) => value.kind === 'scalar' && typeof value.value === 'boolean',
  });
  const reverse = named['reverse']?.kind === 'scalar' && named['reverse'].value === true;
  const only = named['list'] ?? named['sweep'] ?? (rest.length === 1 ? rest[0] : undefined);
  if (only !== undefined) return sortedOne(only, reverse);
  if (rest.length === 0) throw new Refused('needs a value');
  const items = rest.map((value) => check(value, (each) => each.kind === 'scalar'));
  return { kind: 'choice', simple: true, items: sortedValues(items, reverse) };
}

function sortedOne(value: OverrideValue, reverse: boolean): OverrideValue {
  if (value.kind === 'choice') return { ...value, items: sortedValues(value.items, reverse) };
  if (value.kind === 'list' || value.kind === 'shuffled') {
    // For these, Python's order depends on its sort algorithm.
    if (value.items.length > 1 && value.items.some(isNotANumber))
      throw new Refused('cannot sort non-numbers');
    return { kind: 'list', items: sortedValues(value.items, reverse) };
  }
  return value; // for a range, only the direction changes
}

function shuffle(args: Arguments): OverrideValue {
  const { rest, named } = variadic(args, isOrdered, {
    sweep: optional(isDiscrete),
    list: optional(isList),
  });
  const only = named['list'] ?? named['sweep'] ?? (rest.length === 1 ? rest[0] : undefined);
  if (only === undefined) return simpleChoice(rest);
  if (isSweep(only)) return only;
  const items = only.kind === 'list' || only.kind === 'shuffled' ? only.items : [only];
  return { kind: items.length > 1 ? 'shuffled' : 'list', items };
}

function glob(args: Arguments): OverrideValue {
  const [include, exclude] = bound(args, ['include', 'exclude'], 1);
  const names: Accepts = (value) => isText(value) || isList(value);
  check(include!, names);
  if (exclude !== undefined) check(exclude, optional(names));
  return { kind: 'glob' };
}

function simpleChoice(items: readonly OverrideValue[]): OverrideValue {
  if (items.some(isSweep)) throw new Refused('accepts several values or one sweep');
  return { kind: 'choice', simple: true, items };
}

/** Arguments of `def f(*args, name=None, …)`; one that is null counts as absent. */
function variadic(
  { given, named }: Arguments,
  accepts: Accepts,
  names: Readonly<Record<string, Accepts>>,
): { readonly rest: readonly OverrideValue[]; readonly named: Readonly<Record<string, OverrideValue>> } {
  const found: Record<string, OverrideValue> = {};
  for (const [name, value] of named) {
    if (!Object.hasOwn(names, name)) throw new Refused(`has no argument '${name}'`);
    if (!isNull(check(value, names[name]!))) found[name] = value;
  }
  return { rest: given.map((value) => check(value, accepts)), named: found };
}

/** Arguments of `def f(a, b, c=None)`, in that order; the first `needed` must be there. */
function bound(
  { given, named }: Arguments,
  names: readonly string[],
  needed: number,
): readonly (OverrideValue | undefined)[] {
  if (given.length > names.length) throw new Refused(`takes at most ${names.length} arguments`);
  for (const name of named.keys()) {
    const position = names.indexOf(name);
    if (position < 0) throw new Refused(`has no argument '${name}'`);
    if (position < given.length) throw new Refused(`has two values for '${name}'`);
  }
  const found = names.map((name, position) => given[position] ?? named.get(name));
  const lacking = names.find((_, position) => position < needed && found[position] === undefined);
  if (lacking !== undefined) throw new Refused(`needs the argument '${lacking}'`);
  return found;
}

function check(value: OverrideValue, accepts: Accepts): OverrideValue {
  if (accepts(value)) return value;
  throw new Refused(
    `does not accept ${value.kind === 'scalar' ? typeNamed(value.value) : `a ${value.kind}`} there`,
  );
}

function typeNamed(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'a bool' : 'a number';
}

function plainOf(value: OverrideValue) {
  return value.kind === 'scalar' ? value.value : null;
}
