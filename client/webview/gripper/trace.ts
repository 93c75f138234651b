/** Columns of a log's trace as lines. */
import { LOG_COLUMNS } from '../../../server/viewerLists.js';
import type { GripperView } from '../../panels/panelMessages.js';
import type { ChartLine } from '../lines.js';

type Column = (typeof LOG_COLUMNS)[number];

/** Undefined where the column holds no number at all. */
export function traceLine(
  { steps, columns }: GripperView['trace'],
  column: Column,
  look: Pick<ChartLine, 'label' | 'style' | 'ink'>,
): ChartLine | undefined {
  const values = columns[LOG_COLUMNS.indexOf(column)]!;
  if (values.every((value) => value === null)) return undefined;
  const y = Float64Array.from(values, (value) => value ?? Number.NaN);
  return { id: column, owner: '', x: steps, y, ...look };
}
