/** The tree of keys: what is open, active and told, by keyboard and by mouse. */

import { describe, expect, test } from 'vitest';
import { KeyTree } from '../../../../client/webview/checkpoint/keyTree.js';
import { keyRow } from '../../harness/keyRows.js';
import { standIn, texts } from '../../harness/standIn.js';

const ALL = { text: '', isMismatchOnly: false };
const ROWS = [
  keyRow('model.emb.weight', { verdict: 'differs', expected: [32, 8], fate: 'widened' }),
  keyRow('model.emb.bias'),
  keyRow('model.head.weight'),
  keyRow('model.head.bias'),
  keyRow('encoder.conv.weight'),
  keyRow('encoder.conv.bias'),
];

function made(open?: readonly string[], wanted?: string, rows = ROWS) {
  const selected: (number | undefined)[] = [];
  const tree = new KeyTree(
    { select: (place) => void selected.push(place), changed: () => undefined },
    open,
    wanted,
  );
  tree.fill(rows, ALL);
  const box = standIn(tree.element).querySelector('[role=tree]')!;
  const press = (...keys: string[]) => {
    for (const key of keys) box.fire('keydown', { key });
  };
  const names = () => texts(tree.element, 'code');
  return { tree, selected, box, press, names };
}

describe('at first', () => {
  test('what does not fit is in sight and chosen', () => {
    const { tree, names, selected } = made();
    expect(names()).toContain('weight');
    expect([tree.activeName(), selected.at(-1)]).toEqual(['model.emb.weight', 0]);
  });

  test('a view that was kept comes back: what was open, and the key that was active', () => {
    const { tree, names } = made(['encoder.conv'], 'encoder.conv.bias');
    expect(names()).toEqual(['model', 'encoder.conv', 'weight', 'bias']);
    expect([tree.activeName(), tree.openModules]).toEqual(['encoder.conv.bias', ['encoder.conv']]);
  });

  test('a key that is gone leaves the first line', () => {
    expect(made([], 'gone').tree.activeName()).toBeUndefined();
  });
});

describe('the keyboard', () => {
  test('opens and closes modules, and reaches every line', () => {
    const { press, names, tree, selected } = made([]);
    expect(names()).toEqual(['model', 'encoder.conv']);
    press('End', 'ArrowRight');
    expect(names()).toEqual(['model', 'encoder.conv', 'weight', 'bias']);
    press('ArrowDown');
    expect([tree.activeName(), selected.at(-1)]).toEqual(['encoder.conv.weight', 4]);
    press('ArrowLeft', 'ArrowLeft');
    expect([names(), selected.at(-1)]).toEqual([['model', 'encoder.conv'], undefined]);
  });

  test('goes to the name that is typed', () => {
    const { box, tree } = made(['encoder.conv']);
    box.fire('keydown', { key: 'b' });
    expect(tree.activeName()).toBe('encoder.conv.bias');
  });

  test('leaves the editor’s own keys alone', () => {
    const { box, tree } = made(['encoder.conv'], 'encoder.conv.bias');
    expect(box.fire('keydown', { key: 'Home', ctrlKey: true })).toBe(true);
    expect(tree.activeName()).toBe('encoder.conv.bias');
    expect(box.fire('keydown', { key: 'Home' })).toBe(false);
  });
});

test('a press opens a module, or chooses a key', () => {
  const { tree, names, selected } = made([]);
  const line = (index: number) => standIn(tree.element).querySelectorAll('[role=treeitem]')[index]!;
  line(1).querySelector('code')!.click();
  expect(names()).toHaveLength(4);
  line(3).click();
  expect([tree.activeName(), selected.at(-1)]).toEqual(['encoder.conv.bias', 5]);
});

describe('a filter', () => {
  test('opens all that it leaves, and keeps the active key', () => {
    const { tree, names } = made([], undefined);
    tree.filter({ text: 'bias', isMismatchOnly: false });
    expect([tree.shownKeys, names().filter((name) => /bias$/.test(name)).length]).toEqual([3, 3]);
    tree.filter({ text: '', isMismatchOnly: true });
    expect([tree.shownKeys, tree.activeName()]).toEqual([1, 'model.emb.weight']);
    tree.filter({ text: 'nothing', isMismatchOnly: false });
    expect([tree.shownKeys, tree.activeName()]).toEqual([0, undefined]);
  });

  test('does not change what is open without it', () => {
    const { tree, names } = made(['encoder.conv']);
    tree.filter({ text: 'model', isMismatchOnly: false });
    tree.filter(ALL);
    expect(names()).toEqual(['model', 'encoder.conv', 'weight', 'bias']);
  });
});

test('other keys: what was active stays so where it still exists', () => {
  const { tree } = made(['encoder.conv'], 'encoder.conv.bias');
  tree.fill([...ROWS].reverse(), ALL);
  expect(tree.activeName()).toBe('encoder.conv.bias');
});
