/** The episodes with their lengths. */

import { expect, test } from 'vitest';
import { EpisodeList } from '../../../../client/webview/zarr/episodeList.js';
import { standIn } from '../../harness/standIn.js';

function made(ends = [10, 40, 60]) {
  const chosen: number[] = [];
  const list = new EpisodeList((episode) => void chosen.push(episode));
  list.fill(ends);
  list.mark(0);
  const box = standIn(list.element).querySelector('[role=listbox]')!;
  const options = () => box.querySelectorAll('[role=option]');
  return { list, chosen, box, options };
}

test('each with its length, beside the longest', () => {
  const { options } = made();
  expect(options().map((each) => each.textContent)).toEqual(['010', '130', '220']);
  expect(
    options().map((each) => Number.parseFloat(each.querySelector('.length')!.style['inlineSize']!)),
  ).toEqual([expect.closeTo(33.3, 1), 100, expect.closeTo(66.7, 1)]);
});

test('one is marked, for eyes and for a screen reader', () => {
  const { list, box, options } = made();
  list.mark(2);
  expect(options().map((each) => each.getAttribute('aria-selected'))).toEqual(['false', 'false', 'true']);
  expect(box.getAttribute('aria-activedescendant')).toBe(options()[2]!.getAttribute('id'));
});

test('keys choose, never beyond the ends; others are left to the page', () => {
  const { list, box, chosen } = made();
  for (const key of ['ArrowDown', 'ArrowUp', 'End', 'PageDown', 'Home'])
    expect(box.fire('keydown', { key })).toBe(false);
  expect(chosen).toEqual([1, 0, 2, 2, 0]);
  list.mark(2);
  box.fire('keydown', { key: 'ArrowDown' });
  expect(chosen.at(-1)).toBe(2);
  expect(box.fire('keydown', { key: ' ' })).toBe(true);
});

test('a press chooses, beside the episodes it does not', () => {
  const { options, box, chosen } = made();
  options()[1]!.querySelector('.length')!.click();
  box.click();
  expect(chosen).toEqual([1]);
});

test('a data set without an episode says so', () => {
  expect(made([]).box.querySelector('.empty')!.hidden).toBe(false);
});
