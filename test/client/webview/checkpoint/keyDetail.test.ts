/** What the chosen key is. */

import { expect, test } from 'vitest';
import type { KeyDetailView } from '../../../../client/editors/checkpointMessages.js';
import { KeyDetail } from '../../../../client/webview/checkpoint/keyDetail.js';
import { keyRow } from '../../harness/keyRows.js';
import { standIn, texts } from '../../harness/standIn.js';

const DETAIL: KeyDetailView = {
  meaning: 'weight of the input projection',
  aliases: [],
  dimensions: [
    { size: 32, meaning: 'width', setBy: [{ path: 'policy.n_emb', canOpen: true }] },
    {
      size: 8,
      meaning: 'action',
      setBy: [
        { path: 'task.a', canOpen: false },
        { path: 'task.b', canOpen: true },
      ],
    },
  ],
  verdict: 'differs',
  why: '7 in the file',
  fate: 'widened',
  fix: 'regrip adapt',
};
const ROW = keyRow('model.input_emb.weight', { verdict: 'differs', expected: [32, 8] });

function made(areValuesOpen = false) {
  const done: unknown[] = [];
  const detail = new KeyDetail(
    {
      openPlace: (dimension, source) => void done.push([dimension, source]),
      copyFix: () => void done.push('copy'),
      wantValues: (isWanted) => void done.push(isWanted),
    },
    areValuesOpen,
  );
  return { detail, done, element: standIn(detail.element) };
}

test('hidden until a key is chosen; then its name and tensor at once', () => {
  const { detail, element } = made();
  expect(element.hidden).toBe(true);
  detail.expect(keyRow('a.b', { alias: 'c' }), true);
  expect([element.hidden, element.querySelector('h2')!.textContent]).toEqual([false, 'a.b']);
  expect(element.querySelector('.tensor')!.textContent).toMatch(/^\[32, 7\] float32 · .*\bc$/);
  detail.hide();
  expect(element.hidden).toBe(true);
});

test('its dimensions with the values that can be opened', () => {
  const { detail, done, element } = made();
  detail.expect(ROW, true);
  detail.explain(ROW, DETAIL);
  expect(texts(detail.element, 'li')).toEqual(['32width ← policy.n_emb', '8action ← task.a ← task.b']);
  for (const link of element.querySelectorAll('.link')) link.click();
  element.querySelectorAll('.quiet')[0]!.click();
  expect(done).toEqual([[0, 0], [1, 1], 'copy']);
});

test('what is not known is not there; the explanation of the key before goes', () => {
  const { detail, element } = made();
  detail.explain(ROW, DETAIL);
  detail.explain(ROW, { ...DETAIL, dimensions: [], fate: null, fix: null });
  expect(['li', '.fix', '.pair'].map((selector) => element.querySelectorAll(selector).length)).toEqual([
    0, 0, 0,
  ]);
  detail.expect(ROW, true);
  expect(element.querySelectorAll('.meaning')).toEqual([]);
});

test('values are wanted when they are opened; a key that is not in the file has none', () => {
  const { detail, done, element } = made(true);
  const values = element.querySelector('details')!;
  expect(detail.areValuesOpen).toBe(true);
  values.open = false;
  values.fire('toggle');
  expect(done).toEqual([false]);
  detail.expect(keyRow('a', { shape: null }), false);
  expect(values.hidden).toBe(true);
});
