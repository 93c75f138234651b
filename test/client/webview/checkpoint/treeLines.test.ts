/** The open lines of a tree of keys, and what the keyboard does in it. */
import { describe, expect, test } from 'vitest';
import type { KeyRowView } from '../../../../client/editors/checkpointMessages.js';
import { moduleTree } from '../../../../client/webview/checkpoint/moduleTree.js';
import {
  moveFor,
  openAtFirst,
  treeLines,
  typedAhead,
} from '../../../../client/webview/checkpoint/treeLines.js';
import type { KeyVerdict } from '../../../../server/viewerLists.js';

const ALL = { text: '', isMismatchOnly: false };

function row(
  name: string,
  shape: number[],
  verdict: KeyVerdict = 'same',
  alias: string | null = null,
): KeyRowView {
  return { name, shape, dtype: 'float32', alias, verdict, expected: shape, fate: null, gets: null };
}

const ROWS = [
  row('model.pos_emb', [1, 16, 4]),
  row('model.input_emb.weight', [4, 7], 'differs'),
  row('model.input_emb.bias', [4]),
  row('obs_encoder.net.0.conv.weight', [2, 3]),
  row('obs_encoder.net.0.conv.bias', [2]),
  row('obs_encoder.net.1.conv.weight', [2, 3], 'same', 'obs_encoder.net.0.conv.weight'),
  row('_dummy', [0]),
];

describe('open lines', () => {
  test('few mismatches are all in sight at first', () => {
    expect([...openAtFirst(moduleTree(ROWS, ALL))]).toEqual(['model', 'model.input_emb']);
  });

  test('without one, the outermost modules are open', () => {
    const rows = ROWS.map((each) => ({ ...each, verdict: 'same' as const }));
    expect([...openAtFirst(moduleTree(rows, ALL))]).toEqual(['model', 'obs_encoder.net']);
  });

  test('a line knows its level, its place among its siblings, and its module', () => {
    const tree = moduleTree(ROWS, ALL);
    const lines = treeLines(tree, ({ path }) => path === 'model');
    expect(
      lines.map(({ node, level, position, siblings, parent, isOpen }) => [
        node.label,
        level,
        position,
        siblings,
        parent,
        isOpen,
      ]),
    ).toEqual([
      ['model', 1, 1, 3, undefined, true],
      ['pos_emb', 2, 1, 2, 0, false],
      ['input_emb', 2, 2, 2, 0, false],
      ['obs_encoder.net', 1, 2, 3, undefined, false],
      ['_dummy', 1, 3, 3, undefined, false],
    ]);
  });
});

describe('the keyboard', () => {
  const lines = treeLines(moduleTree(ROWS, ALL), ({ path }) => path === 'model');
  const move = (key: string, active: number) => moveFor(key, { lines, active, page: 2 });

  test.each([
    ['ArrowDown', 0, { kind: 'to', line: 1 }],
    ['ArrowDown', 4, { kind: 'to', line: 4 }],
    ['ArrowUp', 0, { kind: 'to', line: 0 }],
    ['PageDown', 1, { kind: 'to', line: 3 }],
    ['Home', 3, { kind: 'to', line: 0 }],
    ['End', 0, { kind: 'to', line: 4 }],
    ['ArrowRight', 0, { kind: 'to', line: 1 }],
    ['ArrowRight', 3, { kind: 'open', line: 3 }],
    ['ArrowRight', 1, undefined],
    ['ArrowLeft', 0, { kind: 'close', line: 0 }],
    ['ArrowLeft', 2, { kind: 'to', line: 0 }],
    ['ArrowLeft', 3, undefined],
    ['Enter', 3, { kind: 'open', line: 3 }],
    [' ', 0, { kind: 'close', line: 0 }],
    ['Enter', 1, { kind: 'to', line: 1 }],
    ['x', 0, undefined],
  ])('%s on line %i', (key, active, expected) => {
    expect(move(key, active)).toEqual(expected);
  });

  test('typing goes to the next name that starts so, round the end', () => {
    expect(typedAhead(lines, 0, 'p')).toBe(1);
    expect(typedAhead(lines, 1, 'n')).toBe(3);
    expect(typedAhead(lines, 3, 'mo')).toBe(0);
    expect(typedAhead(lines, 2, 'in')).toBe(2);
    expect(typedAhead(lines, 0, 'zz')).toBeUndefined();
  });
});
