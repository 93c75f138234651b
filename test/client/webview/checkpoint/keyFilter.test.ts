/** Filters the keys by text, and to those that do not fit. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KeyFilter } from '../../../../client/webview/checkpoint/keyFilter.js';
import { standIn } from '../../harness/standIn.js';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', globalThis);
});
afterEach(() => vi.useRealTimers());

function made(kept = { text: '', isMismatchOnly: false }) {
  const told: unknown[] = [];
  const filter = new KeyFilter(kept, (each) => void told.push(each));
  const element = standIn(filter.element);
  const search = element.querySelector('input')!;
  const type = (text: string) => {
    search.value = text;
    search.fire('input');
  };
  return { filter, told, type, chip: element.querySelector('button')! };
}

test('a text is told once the person pauses', () => {
  const { told, type } = made();
  type('c');
  type('co');
  expect(told).toEqual([]);
  vi.runAllTimers();
  expect(told).toEqual([{ text: 'co', isMismatchOnly: false }]);
});

test('only mismatches: as long as there is something to compare with', () => {
  const { filter, told, chip } = made();
  filter.offer(12, true);
  chip.click();
  expect([told, chip.getAttribute('aria-pressed')]).toEqual([[{ text: '', isMismatchOnly: true }], 'true']);
  expect(chip.textContent).toMatch(/12$/);
  filter.offer(0, false);
  expect([chip.hidden, filter.value.isMismatchOnly]).toEqual([true, false]);
  filter.offer(3, true);
  expect(filter.value.isMismatchOnly).toBe(true);
});

test('what was kept comes back', () => {
  const { filter, chip } = made({ text: 'conv', isMismatchOnly: true });
  expect([filter.value, chip.getAttribute('aria-pressed')]).toEqual([
    { text: 'conv', isMismatchOnly: true },
    'true',
  ]);
});
