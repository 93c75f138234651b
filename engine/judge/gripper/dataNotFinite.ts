/** NaN and infinity in the columns of a data set, in words: which array, how many, and where the first is. */
import type { DataSetFacts } from './dataFacts.js';

interface NotFiniteArray {
  readonly array: string;
  /** Without a full stop: `action holds 3 values that are NaN or infinite, the first in column 2 at step 5 of episode 1`. */
  readonly text: string;
}

/** In the order of the arrays. Columns, steps and episodes count from 0. */
export function notFiniteArrays({
  ranges,
  episodeLengths,
}: Pick<DataSetFacts, 'ranges' | 'episodeLengths'>): NotFiniteArray[] {
  return Object.entries(ranges).flatMap(([array, columns]) => {
    const count = columns.reduce((sum, column) => sum + column.notFinite, 0);
    if (count === 0) return [];
    const rows = columns.map(({ firstNotFinite }) => firstNotFinite ?? Number.POSITIVE_INFINITY);
    const row = Math.min(...rows);
    const values = count === 1 ? 'one value that is' : `${count} values that are`;
    const column = columns.length === 1 ? '' : `in column ${rows.indexOf(row)} `;
    const first = count === 1 ? '' : 'the first ';
    return [
      {
        array,
        text: `${array} holds ${values} NaN or infinite, ${first}${column}at ${placeOf(row, episodeLengths)}`,
      },
    ];
  });
}

function placeOf(row: number, lengths: readonly number[]): string {
  let step = row;
  for (const [episode, length] of lengths.entries()) {
    if (step < length) return `step ${step} of episode ${episode}`;
    step -= length;
  }
  return `step ${row}, which is in no episode`;
}
