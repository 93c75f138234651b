/** Named numbers that change in place. */
import '../harness/standIn.js';
import { expect, test } from 'vitest';
import { h } from '../../../client/webview/dom.js';
import { pair, showPairs } from '../../../client/webview/pairs.js';

const shown = (list: HTMLElement) => [...list.children].map(({ textContent }) => textContent);

test('numbers change in place; more are added, fewer leave none behind', () => {
  const list = h('dl');
  showPairs(list, [pair('Epoch', '1', 'of 5'), pair('Loss', '0.5')]);
  expect(shown(list)).toEqual(['Epoch1of 5', 'Loss0.5']);
  const [first] = list.children;
  showPairs(list, [pair('Epoch', '2')]);
  expect([shown(list), list.children[0]]).toEqual([['Epoch2'], first]);
});

test('a detail that is not there takes no room', () => {
  const list = h('dl');
  const isHidden = () => (list.children[0]!.children[2] as HTMLElement).hidden;
  showPairs(list, [pair('a', '1')]);
  expect(isHidden()).toBe(true);
  showPairs(list, [pair('a', '1', 'more')]);
  expect(isHidden()).toBe(false);
});
