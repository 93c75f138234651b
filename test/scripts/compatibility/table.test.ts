/** Counts as tables of a page. */
import { describe, expect, test } from 'vitest';
import { countsTable, markdownTable, replaceBetween } from '../../../scripts/compatibility/table.js';

test('columns are as wide as their widest cell', () => {
  expect(markdownTable(['a', 'long'], [['wider', '1']])).toBe(
    '| a     | long |\n| ----- | ---- |\n| wider | 1    |',
  );
});

test('a project’s counts stand in the order of the header', () => {
  const counts = {
    trees: 1,
    configs: 2,
    cases: 3,
    same: 4,
    bothRefuse: 5,
    plugin: 6,
    refused: 7,
    differs: 8,
  };
  const [, , row] = countsTable([{ project: 'p', ...counts }]).split('\n');
  expect(row!.match(/\w+/g)).toEqual(['p', '1', '2', '3', '4', '5', '6', '7', '8']);
});

describe('writing into a page', () => {
  const page = 'before\n<!-- counts: made by x -->\nold\n<!-- end of counts -->\nafter\n';

  test('replaces what stands between its marks alone, however often', () => {
    const once = replaceBetween(page, 'counts', 'new');
    expect(once).toBe('before\n<!-- counts: made by x -->\n\nnew\n\n<!-- end of counts -->\nafter\n');
    expect(replaceBetween(once, 'counts', 'new')).toBe(once);
  });

  test.each(['no marks', '<!-- end of counts --> <!-- counts: x -->', '<!-- counts: x -->'])(
    'fails where a mark is missing: %j',
    (text) => {
      expect(() => replaceBetween(text, 'counts', 'new')).toThrow(/counts/);
    },
  );
});
