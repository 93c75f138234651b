/** What Hydra gave and what `compose` gives, as values that compare exactly. */
import { describe, expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { difference, type Tagged, tagged } from '../../../scripts/compatibility/compare.js';

describe('a value with its type', () => {
  test.each<[unknown, Tagged]>([
    [null, null],
    [true, true],
    ['1', '1'],
    [1, { int: '1' }],
    [1.5, { float: '1.5' }],
    [new PyFloat(1), { float: '1' }],
    [new PyFloat(-0), { float: '-0.0' }],
    [
      [1, 'a'],
      [{ int: '1' }, 'a'],
    ],
    [{ a: { b: null } }, { map: [['a', { map: [['b', null]] }]] }],
  ])('%j', (value, expected) => {
    expect(tagged(value as never)).toEqual(expected);
  });

  test('an integer beyond what a number holds', () => {
    expect(tagged(12345678901234567890n)).toEqual({ int: '12345678901234567890' });
  });
});

describe('the first difference', () => {
  const map = (...entries: [string, Tagged][]): Tagged => ({ map: entries });
  const between = (ours: Tagged, theirs: Tagged) => difference(ours, theirs, 'resolved');

  test.each<[Tagged, Tagged]>([
    [map(['a', '1'], ['b', null]), map(['b', null], ['a', '1'])],
    [{ float: 'NaN' }, { float: 'nan' }],
    [{ float: '-Infinity' }, { float: '-inf' }],
    [{ float: '1e-7' }, { float: '1e-07' }],
    [[{ int: '1' }], [{ int: '1' }]],
  ])('none between %j and %j', (ours, theirs) => {
    expect(between(ours, theirs)).toBeUndefined();
  });

  test.each<[string, Tagged, Tagged, RegExp]>([
    ['another type', { int: '1' }, { float: '1.0' }, /^resolved: ours /],
    ['a text that looks like a number', '1', { int: '1' }, /^resolved: ours "1"/],
    ['a sign of zero', { float: '0' }, { float: '-0.0' }, /^resolved: ours/],
    ['a key that we lack', map(), map(['a', null]), /^resolved\.a is missing in ours$/],
    ['one that only we have', map(['a', null]), map(), /^resolved\.a is in ours only$/],
    [
      'deep below',
      map(['a', [null, map(['b', 'x'])]]),
      map(['a', [null, map(['b', 'y'])]]),
      /^resolved\.a\.1\.b: ours "x"/,
    ],
    ['a list of another length', [null], [null, null], /^resolved: ours/],
  ])('%s', (_, ours, theirs, expected) => {
    expect(between(ours, theirs)).toMatch(expected);
  });
});
