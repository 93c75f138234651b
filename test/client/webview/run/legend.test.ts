/** The runs that are drawn together. */

import { expect, test } from 'vitest';
import { RunLegend } from '../../../../client/webview/run/legend.js';
import { standIn, texts } from '../../harness/standIn.js';

function made(hidden: number[] = []) {
  const told: number[][] = [];
  const removed: number[] = [];
  const legend = new RunLegend(new Set(hidden), {
    hide: (all) => void told.push([...all]),
    remove: async (run) => removed.push(run) > 0,
  });
  return { legend, told, removed, element: standIn(legend.element) };
}
const TWO = [
  { id: 0, name: 'own' },
  { id: 3, name: 'other' },
];

test('a single run needs none', () => {
  const { legend, element } = made();
  legend.show([TWO[0]!]);
  expect(element.hidden).toBe(true);
  legend.show(TWO);
  expect([element.hidden, texts(legend.element, '.toggle')]).toEqual([false, ['own', 'other']]);
});

test('a run is hidden and shown again; what was hidden before is', () => {
  const { legend, told, element } = made([3]);
  legend.show(TWO);
  const [own, other] = element.querySelectorAll('.toggle');
  expect([own, other].map((each) => each!.getAttribute('aria-pressed'))).toEqual(['true', 'false']);
  own!.click();
  other!.click();
  expect(told).toEqual([[3, 0], [0]]);
  expect(other!.getAttribute('aria-pressed')).toBe('true');
});

test('another run can be taken out, its own cannot', () => {
  const { legend, removed, element } = made();
  legend.show(TWO);
  const buttons = element.querySelectorAll('.quiet');
  buttons[0]!.click();
  expect([buttons.length, removed]).toEqual([1, [3]]);
});

test('it stays as it is while the runs are the same', () => {
  const { legend, element } = made();
  legend.show(TWO);
  const [first] = element.children;
  legend.show(TWO.map((each) => ({ ...each })));
  expect(element.children[0]).toBe(first);
});
