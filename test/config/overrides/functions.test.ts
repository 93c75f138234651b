import { describe, expect, test } from 'vitest';
import { callFunction } from '../../../engine/config/overrides/functions.js';
import { type OverrideValue, scalarOf } from '../../../engine/config/overrides/value.js';
import { Refused } from '../../../engine/config/python/ops.js';

const list = (...items: readonly (number | string)[]): OverrideValue => ({
  kind: 'list',
  items: items.map((item) => scalarOf(item)),
});
const choice = (simple: boolean, ...items: readonly (number | string)[]): OverrideValue => ({
  kind: 'choice',
  simple,
  items: items.map((item) => scalarOf(item)),
});
const range: OverrideValue = { kind: 'range', numbers: [0, 3, 1] };

const called = (name: string, given: readonly OverrideValue[], named: Record<string, OverrideValue> = {}) =>
  callFunction(name, { given, named: new Map(Object.entries(named)) });
const of = (...values: readonly (number | string | null | boolean)[]) =>
  values.map((value) => scalarOf(value));

test.each([
  ['choice', of(1, 2), {}, choice(false, 1, 2)],
  ['choice', [choice(true, 1, 2)], {}, choice(false, 1, 2)],
  ['range', of(3), {}, { kind: 'range', numbers: [0, 3, 1] }],
  ['range', of(1, 3), {}, { kind: 'range', numbers: [1, 3, 1] }],
  ['range', of(1), { stop: scalarOf(9), step: scalarOf(2) }, { kind: 'range', numbers: [1, 9, 2] }],
  ['range', of(5, null), {}, { kind: 'range', numbers: [0, 5, 1] }],
  ['interval', of(0.5, 1.5), {}, { kind: 'interval', numbers: [0.5, 1.5] }],
  ['interval', of(0.5), { end: scalarOf(1.5) }, { kind: 'interval', numbers: [0.5, 1.5] }],
  ['glob', of('*'), {}, { kind: 'glob' }],
  ['glob', [list('a*')], { exclude: list('ab') }, { kind: 'glob' }],
  ['tag', [scalarOf('x'), range], {}, range],
  ['tag', of('x'), { sweep: range }, range],
  ['sort', [list(3, 1)], {}, list(1, 3)],
  ['sort', of(3, 1), { reverse: scalarOf(true) }, choice(true, 3, 1)],
  ['sort', [], { list: list(2, 1) }, list(1, 2)],
  ['sort', [choice(false, 'b', 'a')], {}, choice(false, 'a', 'b')],
  ['sort', [range], {}, range],
  ['shuffle', [list(1, 2)], {}, { ...list(1, 2), kind: 'shuffled' }],
  ['shuffle', [list(1)], {}, list(1)],
  ['shuffle', of(1, 2), {}, choice(true, 1, 2)],
  ['int', of(1.5), {}, scalarOf(1)],
  ['int', of(1.5, 2), {}, choice(true, 1, 2)],
  ['int', [], { value: scalarOf('3') }, scalarOf(3)],
] as readonly (readonly [string, OverrideValue[], Record<string, OverrideValue>, OverrideValue])[])(
  '%s(%j, %j)',
  (name, given, named, result) => expect(called(name, given, named)).toEqual(result),
);

test('the quotes of an argument go, those inside a list stay', () => {
  expect(called('choice', [scalarOf('a', "'")])).toEqual(choice(false, 'a'));
  const quoted: OverrideValue = { kind: 'list', items: [scalarOf('a', "'")] };
  expect(called('shuffle', [quoted])).toEqual(quoted);
});

describe('refused is', () => {
  test.each([
    ['choice', [], {}],
    ['choice', [choice(false, 1)], {}],
    ['choice', [range], {}],
    ['choice', of(null), {}],
    ['choice', of(1), { sweep: range }],
    ['range', [], {}],
    ['range', of('a'), {}],
    ['range', of(1, 2, 3, 4), {}],
    ['range', of(1), { start: scalarOf(1) }],
    ['range', of(1), { end: scalarOf(1) }],
    ['interval', of(1), {}],
    ['interval', of(1, null), {}],
    ['glob', of(1), {}],
    ['tag', [], {}],
    ['tag', of('x'), {}],
    ['tag', [range, range], {}],
    ['tag', of(1), { sweep: range }],
    ['sort', [], {}],
    ['sort', [list(1), list(2)], {}],
    ['sort', [list(1, Number.NaN)], {}],
    ['sort', [list(1)], { reverse: scalarOf(1) }],
    ['shuffle', [range, range], {}],
    ['int', [], {}],
    ['int', of(1), { value: scalarOf(2) }],
    ['int', [{ kind: 'glob' }], {}],
    ['int', [range, range], {}],
  ] as readonly (readonly [string, OverrideValue[], Record<string, OverrideValue>])[])(
    '%s(%j, %j)',
    (name, given, named) => {
      expect(() => called(name, given, named)).toThrow(Refused);
    },
  );

  test('a function that Hydra does not have: those that it has are named, and whether a later one has it', () => {
    expect(() => called('toString', [])).toThrow(
      /bool, choice, float, glob, int, interval, range, shuffle, sort, str, tag/,
    );
    expect(() => called('extend_list', [])).toThrow(/later versions of Hydra/);
    expect(() => called('lambda', [])).not.toThrow(/later versions of Hydra/);
  });
});
