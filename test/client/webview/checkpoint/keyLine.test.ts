/** A key in words: its shape, and how it stands to the config. */

import { describe, expect, test } from 'vitest';
import {
  lineElement,
  shapeText,
  verdictSign,
  verdictText,
} from '../../../../client/webview/checkpoint/keyLine.js';
import { moduleTree } from '../../../../client/webview/checkpoint/moduleTree.js';
import { treeLines } from '../../../../client/webview/checkpoint/treeLines.js';
import { keyRow } from '../../harness/keyRows.js';
import { standIn } from '../../harness/standIn.js';

test.each([
  [null, ''],
  [[], '[]'],
  [[32, 7], '[32, 7]'],
])('the shape %j', (shape, text) => {
  expect(shapeText(shape)).toBe(text);
});

const VERDICTS = ['same', 'differs', 'only in file', 'only expected', 'not compared'] as const;

describe('a verdict', () => {
  test('has a word of its own, and a sign where it is compared', () => {
    const words = VERDICTS.map((verdict) => verdictText(keyRow('a', { verdict })));
    expect(new Set(words).size).toBe(VERDICTS.length);
    expect(VERDICTS.map((verdict) => verdictSign(verdict) !== undefined)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  test('says what is expected, and what an adaptation would do', () => {
    const text = verdictText(keyRow('a', { verdict: 'differs', expected: [32, 8], fate: 'widened' }));
    expect(text).toMatch(/\[32, 8\] · widened$/);
    expect(verdictText(keyRow('a', { fate: 'copied' }))).not.toContain('·');
  });
});

describe('a line', () => {
  const rows = [
    keyRow('m.a'),
    keyRow('m.b', { verdict: 'differs' }),
    keyRow('c', { alias: 'm.a' }),
    keyRow('d', { shape: null, dtype: null }),
  ];
  const lines = treeLines(moduleTree(rows, { text: '', isMismatchOnly: false }), () => true);
  const element = (index: number, isActive = false) =>
    standIn(lineElement(lines[index]!, index, { rows, isActive }));

  test('tells a screen reader its level and its place', () => {
    const attributes = [
      'role',
      'aria-level',
      'aria-posinset',
      'aria-setsize',
      'aria-expanded',
      'aria-selected',
    ];
    const told = (index: number) => attributes.map((name) => element(index, index === 1).getAttribute(name));
    expect(told(0)).toEqual(['treeitem', '1', '1', '3', 'true', 'false']);
    expect(told(1)).toEqual(['treeitem', '2', '1', '2', null, 'true']);
  });

  test('of a module has its sums, of a shared tensor no number, of a missing one no shape', () => {
    expect(element(0).textContent).toMatch(/2 keys.*448.*1 of 2/);
    const number = (index: number) => element(index).querySelector('.number')!.textContent;
    expect(number(1)).toBe('224');
    expect(number(3)).toMatch(/\D/);
    expect([number(4), element(4).querySelector('.shape')!.textContent]).toEqual(['', '']);
  });
});
