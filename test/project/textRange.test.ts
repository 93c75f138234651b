import { expect, test } from 'vitest';
import { holds, lineAndColumn } from '../../engine/project/textRange.js';

test.each([
  [2, false],
  [3, true],
  [5, true],
  [7, true], // a cursor is there after what was just typed
  [8, false],
])('whether 3 to 7 holds %d: %s', (offset, is) => expect(holds({ start: 3, end: 7 }, offset)).toBe(is));

test.each([
  ['', 0, 1, 1],
  ['ab', 2, 1, 3],
  ['a\nb', 1, 1, 2],
  ['a\nb', 2, 2, 1],
  ['a\r\nb', 3, 2, 1],
  ['a\n', 99, 2, 1],
])('%j at %d is line %d, column %d', (text, offset, line, column) => {
  expect(lineAndColumn(text, offset)).toEqual({ line, column });
});
