/** A small matrix whose cells are shaded by their column. */

import { expect, test } from 'vitest';
import { heatTable } from '../../../client/webview/heatTable.js';
import { standIn, texts } from '../harness/standIn.js';

const heads = (rows: (number | null)[][]) =>
  standIn(heatTable(rows, 'chunk'))
    .querySelectorAll('[scope=col]')
    .map(({ textContent }) => textContent);
const shades = (rows: (number | null)[][]) =>
  standIn(heatTable(rows, 'chunk'))
    .querySelectorAll('td')
    .map(({ className }) => className);

test.each([
  [7, ['x', 'y', 'z', 'qx', 'qy', 'qz', 'qw']],
  [8, ['x', 'y', 'z', 'qx', 'qy', 'qz', 'qw', 'gripper']],
  [3, ['0', '1', '2']],
])('%d columns are named', (width, names) => {
  expect(heads([Array(width).fill(0)]).slice(1)).toEqual(names);
});

test('a column is shaded from its own lowest to its highest value', () => {
  expect(
    shades([
      [0, 100],
      [5, 100],
      [10, 100],
    ]),
  ).toEqual(['shade-0', 'shade-0', 'shade-4', 'shade-0', 'shade-7', 'shade-0']);
});

test('a gripper from 0 to 1, whatever it does', () => {
  const gripper = (value: number) => [...Array(7).fill(0), value];
  expect(shades([gripper(0.5), gripper(0.55), gripper(1.4)]).filter((_, k) => k % 8 === 7)).toEqual([
    'shade-4',
    'shade-4',
    'shade-7',
  ]);
});

test('a value that is not there is a dash without a shade, rows count ahead', () => {
  const table = heatTable(
    [
      [1, null],
      [null, null],
    ],
    'chunk',
  );
  expect(texts(table, 'td')).toEqual(['1.000', '–', '–', '–']);
  expect(
    standIn(table)
      .querySelectorAll('[scope=row]')
      .map(({ textContent }) => textContent),
  ).toEqual(['+0', '+1']);
  expect(texts(heatTable([], 'chunk'), 'td')).toEqual([]);
});
