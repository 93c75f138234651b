/** The tree of a checkpoint's keys: modules and sums, the filter, open lines, and the keys of the keyboard. */
import { describe, expect, test } from 'vitest';
import type { KeyRowView } from '../../../../client/editors/checkpointMessages.js';
import {
  type ModuleNode,
  moduleTree,
  type TreeNode,
} from '../../../../client/webview/checkpoint/moduleTree.js';
import { treeLines } from '../../../../client/webview/checkpoint/treeLines.js';
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

/** The tree as an indented text. */
function drawn(node: TreeNode, depth = 0): string[] {
  const line = `${'  '.repeat(depth)}${node.label}`;
  if (node.kind === 'key') return [line];
  return [`${line}/ ${node.keys} ${node.values} ${node.mismatches}`, ...inside(node, depth + 1)];
}
const inside = ({ children }: ModuleNode, depth = 0): string[] =>
  children.flatMap((child) => drawn(child, depth));

describe('the tree', () => {
  test('modules hold sums; what holds one thing only takes no line of its own; an alias counts once', () => {
    expect(inside(moduleTree(ROWS, ALL))).toEqual([
      'model/ 3 96 1',
      '  pos_emb',
      '  input_emb/ 2 32 1',
      '    weight',
      '    bias',
      'obs_encoder.net/ 3 8 0',
      '  0.conv/ 2 8 0',
      '    weight',
      '    bias',
      '  1.conv.weight',
      '_dummy',
    ]);
  });

  test('every word of the filter counts, and sums are of what is left', () => {
    expect(inside(moduleTree(ROWS, { text: 'CONV bias', isMismatchOnly: false }))).toEqual([
      'obs_encoder.net.0.conv.bias',
    ]);
    expect(inside(moduleTree(ROWS, { text: '', isMismatchOnly: true }))).toEqual(['model.input_emb.weight']);
    expect(inside(moduleTree(ROWS, { text: 'nothing', isMismatchOnly: false }))).toEqual([]);
  });

  test('hostile names: all dots, empty, deep', () => {
    const names = ['.', '..', '', 'a..b', Array(500).fill('x').join('.')];
    const tree = moduleTree(
      names.map((name) => row(name, [1])),
      ALL,
    );
    expect(tree.keys).toBe(names.length);
    expect(tree.values).toBe(names.length);
  });

  test('20,000 keys take time in proportion', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => row(`a.block${i % 100}.layer${i}.weight`, [2, 2]));
    const start = performance.now();
    const tree = moduleTree(rows, { text: 'block', isMismatchOnly: false });
    const lines = treeLines(tree, () => true);
    const took = performance.now() - start;
    console.log(`20,000 keys: ${took.toFixed(0)} ms`);
    // One line a key, and one a block; `a` stands alone.
    expect(lines).toHaveLength(20_101);
    expect(took).toBeLessThan(10_000);
  });
});
