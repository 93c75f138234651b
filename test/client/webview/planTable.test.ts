/** The plan of an adaptation as a table that is filtered. */

import { describe, expect, test } from 'vitest';
import type { PlanRow } from '../../../client/panels/panelMessages.js';
import { PlanTable } from '../../../client/webview/planTable.js';
import { named, standIn, texts } from '../harness/standIn.js';

const row = (key: string, fate: PlanRow['fate'], change: Partial<PlanRow> = {}): PlanRow => ({
  key,
  fate,
  from: [32, 7],
  to: [32, 7],
  detail: '',
  ...change,
});
const ROWS = [
  row('model.a', 'copied'),
  row('model.input_emb.weight', 'widened', { to: [32, 8], detail: 'new column 7: zero' }),
  row('model.old', 'dropped', { to: null }),
  row('normalizer.gripper', 'initialised', { from: null, to: [1] }),
  row('model.b', 'copied'),
];

function made(kept?: unknown) {
  const views: unknown[] = [];
  const table = new PlanTable(kept, (view) => void views.push(view));
  table.fill(ROWS);
  const search = standIn(table.element).querySelector('input')!;
  const type = (text: string) => {
    search.value = text;
    search.fire('input');
  };
  const press = (chip: string) => named(table.element, 'button', chip).click();
  return { table, views, type, press, keys: () => texts(table.element, 'code'), search };
}

test('what needs a look comes first, in the order of the file', () => {
  expect(made().keys()).toEqual([
    'model.old',
    'model.input_emb.weight',
    'normalizer.gripper',
    'model.a',
    'model.b',
  ]);
});

test('shapes: before and after, once where they are the same', () => {
  expect(texts(made().table.element, '.shape')).toEqual([
    '[32, 7] → none',
    '[32, 7] → [32, 8]',
    'none → [1]',
    '[32, 7]',
    '[32, 7]',
  ]);
});

describe('the filter', () => {
  test('by words, of the key or of how', () => {
    const { type, keys, table } = made();
    type('ZERO  column');
    expect(keys()).toEqual(['model.input_emb.weight']);
    expect(texts(table.element, '.found')).toEqual(['1 of 5 keys']);
    type('nothing');
    expect(keys()).toEqual([]);
  });

  test('by fates, several at once, none means all', () => {
    const { press, keys } = made();
    press('copied 2');
    expect(keys()).toEqual(['model.a', 'model.b']);
    press('dropped 1');
    expect(keys()).toEqual(['model.old', 'model.a', 'model.b']);
    press('copied 2');
    press('dropped 1');
    expect(keys()).toHaveLength(5);
  });

  test('is kept, and comes back', () => {
    const { press, type, views } = made();
    type('model');
    press('copied 2');
    expect(views.at(-1)).toEqual({ text: 'model', fates: ['copied'] });
    const again = made(views.at(-1));
    expect([again.keys(), again.search.value]).toEqual([['model.a', 'model.b'], 'model']);
    expect(named(again.table.element, 'button', 'copied 2').getAttribute('aria-pressed')).toBe('true');
  });

  test.each([null, 7, { text: 3, fates: 'copied' }, { fates: ['burnt'] }])('%j was never kept', (kept) => {
    expect(made(kept).keys()).toHaveLength(5);
  });
});
