import { expect, test } from 'vitest';
import { firstFew } from '../../engine/base/firstFew.js';

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 'c'], 'a, b, c'],
  [['a', 'b', 'c', 'd'], 'a, b, c and 1 more'],
])('%j', (names, text) => expect(firstFew(names)).toBe(text));

test('as many as are asked for', () => {
  expect(firstFew(['a', 'b', 'c'], 1)).toBe('a and 2 more');
});

test('a count beyond the names that were kept', () => {
  expect(firstFew(['a', 'b'], 5, 1000)).toBe('a, b and 998 more');
  expect(firstFew(['a', 'b'], 1, 2)).toBe('a and 1 more');
});
