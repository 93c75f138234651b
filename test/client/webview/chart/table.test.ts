/** A chart's numbers as a table. */

import { beforeAll, expect, test } from 'vitest';
import type { ChartLine } from '../../../../client/webview/lines.js';
import { standIn, texts } from '../../harness/standIn.js';

let chartTable: typeof import('../../../../client/webview/chart/table.js').chartTable;
beforeAll(async () => {
  ({ chartTable } = await import('../../../../client/webview/chart/table.js'));
});
const line = (x: number[], y: number[], change: Partial<ChartLine> = {}): ChartLine => ({
  id: 'a',
  label: 'l',
  owner: '',
  x,
  y,
  style: 'main',
  ink: 0,
  ...change,
});
function shown(lines: ChartLine[], range?: readonly [number, number]) {
  const table = chartTable(() => ({
    id: 'a',
    title: 'Loss',
    xName: 'step',
    look: { y: 'free' },
    shown: (value) => value.toFixed(1),
    lines,
    range,
  }));
  const details = standIn(table);
  details.open = true;
  details.fire('toggle');
  return {
    details,
    cells: texts(table, 'td'),
    heads: standIn(table)
      .querySelectorAll('[scope=col]')
      .map(({ textContent }) => textContent),
  };
}
const rising = Array.from({ length: 1000 }, (_, k) => k);

test('nothing is made before it is opened', () => {
  const closed = chartTable(() => expect.unreachable('not asked'));
  standIn(closed).fire('refresh');
  expect(texts(closed, 'table')).toEqual([]);
});

test('forty places of a long line, its first and its last among them', () => {
  const { cells } = shown([line(rising, rising)]);
  expect([cells.length, cells[0], cells.at(-1)]).toEqual([40, '0.0', '999.0']);
});

test('within the range that is shown', () => {
  expect(shown([line(rising, rising)], [10, 12]).cells).toEqual(['10.0', '11.0', '12.0']);
});

test('of another line the nearest value, marked as such; no number is said', () => {
  const { cells, heads } = shown([
    line([0, 1, 2], [1, Number.NaN, 3]),
    line([0, 2], [7, 9], { owner: 'run', label: '' }),
  ]);
  expect(heads).toEqual(['step', 'l', 'run · Loss']);
  expect([cells[0], cells[1], cells[3], cells[5]]).toEqual(['1.0', '7.0', '≈ 9.0', '9.0']);
  expect(cells[2]).not.toMatch(/\d|NaN/);
});

test('lines that only lie behind another are not told', () => {
  expect(shown([line([0], [1]), line([0], [5], { style: 'faint' })]).heads).toEqual(['step', 'l']);
});
