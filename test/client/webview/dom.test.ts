/** Elements made by calls. */

import { expect, test } from 'vitest';
import { button, h, set, svg, write } from '../../../client/webview/dom.js';
import { standIn } from '../harness/standIn.js';

test('attributes: true has no value, undefined and false leave it out', () => {
  const made = h('input', { type: 'search', hidden: true, title: undefined, checked: false, tabindex: 0 });
  expect(['type', 'hidden', 'title', 'checked', 'tabindex'].map((name) => made.getAttribute(name))).toEqual([
    'search',
    '',
    null,
    null,
    '0',
  ]);
  set(made, { hidden: false, title: 'x' });
  expect([made.hidden, made.getAttribute('title')]).toEqual([false, 'x']);
});

test('a text stays text, what is undefined is left out', () => {
  const made = h('p', {}, '<b>', undefined, h('b', {}, 'x'));
  expect([made.textContent, made.children.length]).toEqual(['<b>x', 2]);
});

test('only another text is written', () => {
  const made = h('p', {}, 'a');
  const before = made.children[0];
  write(made, 'a');
  expect(made.children[0]).toBe(before);
  write(made, 'b');
  expect(made.textContent).toBe('b');
});

test('a button submits nothing, and does what it says when it is pressed', () => {
  let pressed = 0;
  const made = button('Go', { icon: svg('svg', {}), class: 'c', hint: 'hint' }, () => pressed++);
  expect(['type', 'class', 'title'].map((name) => made.getAttribute(name))).toEqual(['button', 'c', 'hint']);
  standIn(made).click();
  expect([pressed, made.textContent, made.children.length]).toEqual([1, 'Go', 2]);
});
