import { expect, test } from 'vitest';
import { asNumber, at, isPlainMap, PyFloat } from '../../engine/base/plain.js';

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [[], false],
  [null, false],
  ['a', false],
  [1, false],
  [new PyFloat(1), false],
  [undefined, false],
])('whether %j is a map: %s', (value, is) => expect(isPlainMap(value)).toBe(is));

test.each([
  [1.5, 1.5],
  [new PyFloat(2), 2],
  [7n, 7],
  ['7', undefined],
  [true, undefined],
  [null, undefined],
  [[1], undefined],
  [undefined, undefined],
])('the number behind %s is %s', (value, number) => expect(asNumber(value)).toBe(number));

test('a whole float counts and is written as its number', () => {
  expect(Number(new PyFloat(3))).toBe(3);
  expect(JSON.stringify([new PyFloat(3)])).toBe('[3]');
});

const CONFIG = { task: { shapes: [[7], [8, { deep: null }]], '0': 'key' }, ['__proto__']: { own: 1 } };

test.each([
  [[], CONFIG],
  [['task', 'shapes', 1, 0], 8],
  [['task', 'shapes', 1, 1, 'deep'], null],
  [['task', 0], 'key'],
  [['task', 'shapes', '1'], undefined], // lists have numbers, not names
  [['task', 'shapes', 2], undefined],
  [['task', 'shapes', 1, 1, 'deep', 'er'], undefined],
  [['task', 'shapes', 'length'], undefined],
  [['toString'], undefined],
  [['task', 'constructor'], undefined],
])('at %j', (path, value) => expect(at(CONFIG, path)).toBe(value));

test('nothing lies in what is not a container', () => {
  for (const value of [undefined, null, 'text', 1, new PyFloat(1)])
    expect(at(value, ['value'])).toBeUndefined();
});
