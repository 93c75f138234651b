/** Hydra's casts of override values: `int`, `float`, `str` and `bool`, also of lists, maps and sweeps, value by value. */
import { PyFloat } from '../../base/plain.js';
import { floatOf, truncated } from '../python/calls.js';
import { Refused } from '../python/ops.js';
import { pythonText } from '../python/value.js';
import { asFloat, asInteger, type Scalar } from '../yaml/scalar.js';
import { isSweep, type OverrideValue, scalarOf } from './value.js';

type Cast = (value: Scalar) => Scalar;

export const CASTS: Readonly<Record<string, Cast>> = {
  int: (value) => asInteger(truncated(pythonNumber(present(value)))),
  float: (value) => asFloat(floatOf(pythonNumber(present(value)))),
  str: (value) => (typeof present(value) === 'boolean' ? String(value) : pythonText(value)),
  bool: (value) => {
    if (typeof value !== 'string') return Number.isNaN(value) || Boolean(value?.valueOf());
    const text = value.toLowerCase();
    if (text === 'true' || text === 'false') return text === 'true';
    throw new Refused(`cannot convert '${value}' to true or false`);
  },
};

/** Throws `Refused` where Python does. */
export function castValue(name: string, value: OverrideValue): OverrideValue {
  const cast = CASTS[name]!;
  const inner = (child: OverrideValue) => castValue(name, child);
  switch (value.kind) {
    case 'scalar':
      return scalarOf(cast(value.value));
    case 'list':
      return { kind: 'list', items: value.items.map(inner) };
    case 'shuffled':
      return { kind: 'shuffled', items: value.items.map(inner) };
    case 'map':
      return { kind: 'map', entries: new Map([...value.entries].map(([key, child]) => [key, inner(child)])) };
    case 'choice':
      return { ...value, items: value.items.map(inner).map(element) };
    case 'range':
    case 'interval':
      if (name === 'int' || name === 'float') return { ...value, numbers: value.numbers.map(cast) };
      throw new Refused(`cannot convert a ${value.kind} to ${name}`);
    case 'glob':
      throw new Refused(`cannot cast a glob`);
  }
}

/** Hydra asserts that a choice holds values, not another sweep. */
function element(value: OverrideValue): OverrideValue {
  if (isSweep(value)) throw new Refused('casts a sweep inside a choice');
  return value;
}

function present(value: Scalar): Scalar {
  if (value === null) throw new Refused('cannot cast null');
  return value;
}

/** Numbers as in expression arithmetic: `bigint` is an int, `number` a float. */
function pythonNumber(value: Scalar): boolean | bigint | number | string | null {
  if (value instanceof PyFloat) return value.value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}
