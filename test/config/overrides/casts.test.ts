import { expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { castValue } from '../../../engine/config/overrides/casts.js';
import { type OverrideValue, scalarOf } from '../../../engine/config/overrides/value.js';
import { Refused } from '../../../engine/config/python/ops.js';
import type { Scalar } from '../../../engine/config/yaml/scalar.js';

const cast = (name: string, value: Scalar) => {
  const made = castValue(name, scalarOf(value));
  return made.kind === 'scalar' ? made.value : made.kind;
};

/** What Hydra 1.3.8 gives. */
test.each([
  ['int', '3', 3],
  ['int', 3.9, 3],
  ['int', -3.9, -3],
  ['int', true, 1],
  ['int', 2n ** 60n, 2n ** 60n],
  ['int', new PyFloat(1e20), 10n ** 20n],
  ['float', 3, new PyFloat(3)],
  ['float', '1e400', Number.POSITIVE_INFINITY],
  ['float', false, new PyFloat(0)],
  ['str', 1, '1'],
  ['str', true, 'true'],
  ['str', new PyFloat(1e5), '100000.0'],
  ['str', 'x', 'x'],
  ['bool', 0, false],
  ['bool', 1, true],
  ['bool', new PyFloat(0), false],
  ['bool', Number.NaN, true],
  ['bool', null, false],
  ['bool', 'TRUE', true],
  ['bool', 'false', false],
] as readonly (readonly [string, Scalar, Scalar])[])('%s of %s is %s', (name, value, result) => {
  expect(cast(name, value)).toStrictEqual(result);
});

test.each([
  ['int', null],
  ['float', null],
  ['str', null],
  ['int', 'x'],
  ['int', Number.NaN],
  ['float', 'x'],
  ['bool', 'x'],
  ['bool', ''],
] as readonly (readonly [string, Scalar])[])('%s of %s is refused', (name, value) => {
  expect(() => cast(name, value)).toThrow(Refused);
});

const list: OverrideValue = { kind: 'list', items: [scalarOf(1.5), scalarOf('2')] };

test('containers and choices are cast value by value', () => {
  const ints = [scalarOf(1), scalarOf(2)];
  expect(castValue('int', list)).toEqual({ kind: 'list', items: ints });
  expect(castValue('int', { ...list, kind: 'shuffled' })).toEqual({ kind: 'shuffled', items: ints });
  expect(castValue('int', { kind: 'choice', simple: true, items: list.items })).toMatchObject({
    items: ints,
    simple: true,
  });
  const map = castValue('int', { kind: 'map', entries: new Map([['a', list]]) });
  expect(map.kind === 'map' && map.entries.get('a')).toEqual({ kind: 'list', items: ints });
});

test('ranges and intervals have numbers alone, globs have none', () => {
  expect(castValue('float', { kind: 'range', numbers: [1, 3, 1] })).toEqual({
    kind: 'range',
    numbers: [1, 3, 1].map((each) => new PyFloat(each)),
  });
  expect(castValue('int', { kind: 'interval', numbers: [0.5, 2.5] })).toMatchObject({ numbers: [0, 2] });
  expect(() => castValue('str', { kind: 'range', numbers: [1, 3, 1] })).toThrow(Refused);
  expect(() => castValue('int', { kind: 'glob' })).toThrow(Refused);
  const nested: OverrideValue = {
    kind: 'choice',
    simple: false,
    items: [{ kind: 'range', numbers: [1, 2, 1] }],
  };
  expect(() => castValue('int', nested)).toThrow(Refused);
});
