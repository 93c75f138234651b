/** Columns of text. */
import { expect, test } from 'vitest';
import { tableText } from '../../../scripts/demo/table.js';

test('aligns numbers to the right and words to the left', () => {
  expect(
    tableText(
      ['step', 'way'],
      [
        ['5', 'a'],
        ['100', 'longer'],
        ['', undefined],
      ],
    ),
  ).toBe(['step  way', '────  ──────', '   5  a', ' 100  longer', '      –'].join('\n'));
});

test('a column is as wide as its widest cell, a dash stands for what is missing', () => {
  const lines = tableText(
    ['way', 'n'],
    [
      ['a much longer way', 5],
      ['b', undefined],
    ],
  ).split('\n');
  expect(lines.map((line) => line.length)).toEqual([20, 20, 20, 20]);
  expect(lines.at(-1)).toMatch(/^b +–$/);
});

test('a sign belongs to a number; without rows the header stands alone', () => {
  expect(
    tableText(['x'], [['-3'], ['+12']])
      .split('\n')
      .slice(2),
  ).toEqual([' -3', '+12']);
  expect(tableText(['a', 'b'], [])).toBe('a  b\n─  ─');
});
