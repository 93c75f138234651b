/** What lies over a drawing. */
import type uPlot from 'uplot';
import { expect, test } from 'vitest';
import { ChartOverlay } from '../../../../client/webview/chart/overlay.js';
import { h } from '../../../../client/webview/dom.js';
import { standIn } from '../../harness/standIn.js';

function made() {
  const over = h('div');
  const plot = { over, valToPos: (x: number) => x * 10 } as unknown as uPlot;
  const overlay = new ChartOverlay();
  const marks = () => standIn(over).querySelectorAll('.mark');
  return { overlay, over: standIn(over), marks, layOut: () => overlay.fit(plot) };
}

test('the place that was chosen, where the scales have it; none at first', () => {
  const { overlay, over, layOut } = made();
  layOut();
  const here = over.querySelector('.here')!;
  expect(here.hidden).toBe(true);
  overlay.place(7);
  layOut();
  expect([here.hidden, here.style['transform']]).toEqual([false, 'translateX(70px)']);
  overlay.place(undefined);
  layOut();
  expect(here.hidden).toBe(true);
});

test('marks take the place of those before; two hundred at most', () => {
  const { overlay, marks, layOut } = made();
  overlay.mark(Array.from({ length: 300 }, (_, x) => ({ x, sign: 'up' as const })));
  layOut();
  expect(marks()).toHaveLength(200);
  overlay.mark([{ x: 3, sign: 'down' }]);
  layOut();
  expect(marks().map((mark) => [mark.getAttribute('data-sign'), mark.style['transform']])).toEqual([
    ['down', 'translateX(30px)'],
  ]);
});

test('marks that stand close are ticks', () => {
  const { overlay, over, layOut } = made();
  const isDense = (count: number) => {
    overlay.mark(Array.from({ length: count }, (_, x) => ({ x, sign: 'either' as const })));
    layOut();
    return over.classList.contains('dense');
  };
  expect([isDense(10), isDense(50), isDense(10)]).toEqual([false, true, false]);
});
