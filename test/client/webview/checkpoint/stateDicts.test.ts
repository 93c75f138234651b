/** Chooses the state dict whose keys are shown. */

import { expect, test } from 'vitest';
import { StateDicts } from '../../../../client/webview/checkpoint/stateDicts.js';
import { focused, standIn } from '../../harness/standIn.js';

const dict = (name: string) => ({ name, kind: 'weights' as const, keys: 1, values: 1 });
function made() {
  const chosen: number[] = [];
  const dicts = new StateDicts((place) => void chosen.push(place));
  dicts.show([dict('model'), dict('ema_model'), dict('optimizer')], 1);
  return { dicts, chosen, options: () => standIn(dicts.element).children };
}

test('one is chosen, and only that one is reached by Tab', () => {
  const { options, dicts } = made();
  const state = () =>
    options().map((each) => [
      each.textContent,
      each.getAttribute('aria-checked'),
      each.getAttribute('tabindex'),
    ]);
  expect(state()).toEqual([
    ['model', 'false', '-1'],
    ['ema_model', 'true', '0'],
    ['optimizer', 'false', '-1'],
  ]);
  const [first] = options();
  dicts.show([dict('model'), dict('ema_model'), dict('optimizer')], 0);
  expect([options()[0], state()[0]?.[1]]).toEqual([first, 'true']);
  dicts.show([dict('model')], 0);
  expect(state()).toHaveLength(1);
});

test('arrows go round, and choose', () => {
  const { options, chosen } = made();
  options()[2]!.fire('keydown', { key: 'ArrowRight' });
  options()[0]!.fire('keydown', { key: 'ArrowUp' });
  options()[0]!.fire('keydown', { key: 'x' });
  expect([chosen, focused()?.textContent]).toEqual([[0, 2], 'optimizer']);
});

test('a press chooses', () => {
  const { options, chosen } = made();
  options()[2]!.click();
  expect(chosen).toEqual([2]);
});
