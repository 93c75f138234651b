/** Columns of a low-dimensional array over steps, as a chart shows them. */

import { blocksOf, lowDimWidth } from '../../engine/judge/gripper/dataColumns.js';
import { isIndex, isRange, requirePoints } from './bounds.js';
import { Decimator } from './decimate.js';
import { ReaderError } from './readerErrors.js';
import type { ColumnsParams, Trace } from './readerMessages.js';
import type { Task } from './task.js';

/** Poses and commands have eight. */
const MAX_COLUMNS = 64;

/** Throws `reader-request` when the array, column or step does not exist. */
export async function columns(params: ColumnsParams, task: Task): Promise<Trace> {
  const { path, array, fromStep, toStep } = params;
  const data = await task.held.dataSet(path, task.stamp);
  const refuse = (found: string) => new ReaderError('reader-request', path, found);
  const column = data.columns.get(array);
  const width = column && lowDimWidth(column);
  if (width === undefined) {
    const shape = column === undefined ? 'does not exist' : `has shape [${column.shape.join(', ')}]`;
    throw refuse(`array ${array} ${shape}, but a trace needs [N] or [N, D] of numbers`);
  }
  const steps = column!.shape[0]!;
  if (!isRange(fromStep, toStep, steps))
    throw refuse(`steps ${fromStep} to ${toStep} were requested, but there are only ${steps}`);
  if (params.columns.length > MAX_COLUMNS || !params.columns.every((one) => isIndex(one, width)))
    throw refuse(
      `columns ${params.columns.slice(0, 8).join(', ')} were requested, but ${array} has only ${width}`,
    );
  requirePoints(path, params.maxPoints);
  const trace = new Decimator(fromStep, toStep - fromStep, params.columns.length, params.maxPoints);
  for await (const { rows, values } of blocksOf(data, array, [fromStep, toStep], task.signal))
    for (let row = 0; row < rows; row++) trace.add((k) => values[row * width + params.columns[k]!]!);
  return trace.done();
}
