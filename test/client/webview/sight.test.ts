/** A list of which only the rows in sight are in the page. */

import { describe, expect, test } from 'vitest';
import { h } from '../../../client/webview/dom.js';
import { Sight } from '../../../client/webview/sight.js';
import { nextFrame, standIn } from '../harness/standIn.js';

/** A sight of ten rows, 26 pixels each. */
function made(count: number) {
  const sight = new Sight<number>({
    attributes: { role: 'list' },
    empty: 'nothing',
    row: (row) => h('div', { class: 'row' }, String(row)),
  });
  sight.show(Array.from({ length: count }, (_, k) => k));
  const shown = () =>
    standIn(sight.element)
      .querySelectorAll('.row')
      .map(({ textContent }) => Number(textContent));
  return { sight, shown, box: standIn(sight.element) };
}

test('the rows in sight, and twelve around them', () => {
  const { box, shown } = made(1000);
  expect([shown()[0], shown().at(-1)]).toEqual([0, 21]);
  box.scrollTop = 260 * 10;
  box.fire('scroll');
  nextFrame();
  expect([shown()[0], shown().at(-1)]).toEqual([88, 121]);
});

test('the box is as high as all rows, each at its place', () => {
  const { box } = made(1000);
  expect(box.querySelector('.rows')!.style['height']).toBe('26000px');
  expect(
    box
      .querySelectorAll('.row')
      .map(({ style }) => style['transform'])
      .slice(0, 2),
  ).toEqual(['translateY(0px)', 'translateY(26px)']);
});

test('without a row it says so', () => {
  const { sight, box } = made(0);
  expect(box.querySelector('.empty')!.hidden).toBe(false);
  sight.show([1]);
  expect(box.querySelector('.empty')!.hidden).toBe(true);
});

describe('revealing scrolls as little as it must', () => {
  test.each([
    [0, 3, 0],
    [0, 9, 0],
    [0, 10, 26],
    [260, 10, 260],
    [260, 5, 130],
    [0, 999, 26_000 - 260],
  ])('from %d pixels to row %d: %d', (from, row, to) => {
    const { sight, box } = made(1000);
    box.scrollTop = from;
    sight.reveal(row);
    expect(box.scrollTop).toBe(to);
  });
});

test('a page of keys is what fits, less one; never none', () => {
  const { sight, box } = made(10);
  expect(sight.rowsInSight).toBe(9);
  box.clientHeight = 10;
  expect(sight.rowsInSight).toBe(1);
});
