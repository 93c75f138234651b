/** Columns of a log's trace as lines. */
import { expect, test } from 'vitest';
import { traceLine } from '../../../../client/webview/gripper/trace.js';
import { LOG_COLUMNS } from '../../../../server/viewerLists.js';
import { sampleView } from '../../harness/samples.js';

const look = { label: 'l', style: 'main', ink: 1 } as const;

test('a column by its name, a gap where it has no number', () => {
  const { trace } = sampleView({ rows: 3 });
  const columns = trace.columns.map((column, k) => (LOG_COLUMNS[k] === 'x' ? [1, null, 3] : column));
  const line = traceLine({ ...trace, columns }, 'x', look)!;
  expect([line.id, [...Array.from(line.y)], line.x]).toEqual(['x', [1, Number.NaN, 3], [0, 1, 2]]);
  expect(line).toMatchObject(look);
});

test('none where there is no number at all', () => {
  const { trace } = sampleView();
  const empty = trace.columns.map((column) => column.map(() => null));
  for (const column of LOG_COLUMNS)
    expect(traceLine({ ...trace, columns: empty }, column, look)).toBeUndefined();
});
