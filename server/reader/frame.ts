/** One frame of a data set's images. */
import { type DataSetColumn, stepValues } from '../../engine/formats/dataSet.js';
import { isIndex } from './bounds.js';
import { encoded, MAX_PIXELS, type Pixels, transcoded } from './picture.js';
import { ReaderError } from './readerErrors.js';
import type { FrameParams, Picture } from './readerMessages.js';
import type { Task } from './task.js';

/** Throws `reader-request` when the frame does not exist, `DataSetError` when it cannot be decoded. */
export async function frame(params: FrameParams, task: Task): Promise<Picture> {
  const { path, array, step, maxWidth } = params;
  const data = await task.held.dataSet(path, task.stamp);
  const column = data.columns.get(array);
  const size = column && sizeOf(column);
  const refuse = (found: string) => new ReaderError('reader-request', path, found);
  if (column === undefined || size === undefined) {
    const found =
      column === undefined
        ? 'does not exist'
        : `has shape [${column.shape.join(', ')}] and dtype ${column.dtype}`;
    throw refuse(
      `array ${array} ${found}, but frames must be [N, height, width, 1 or 3] of |u1 with at most ${MAX_PIXELS} pixels`,
    );
  }
  if (!isIndex(step, column.shape[0]!))
    throw refuse(`step ${step} was requested, but ${array} has only ${column.shape[0]}`);
  if (!Number.isInteger(maxWidth) || maxWidth < 1)
    throw refuse(`a width of ${maxWidth} pixels was requested, which is not possible`);
  const stored = await data.storedPicture(array, step);
  if (stored !== undefined) return transcoded(path, `step ${step} of ${array}`, stored, maxWidth);
  const pixels = new Uint8Array(stepValues(column));
  await data.readFrames(array, [step], pixels, task.signal);
  return encoded(path, { data: pixels, ...size }, maxWidth);
}

function sizeOf({ shape, dtype }: DataSetColumn): Omit<Pixels, 'data'> | undefined {
  const [, height = 0, width = 0, channels = 1, ...more] = shape;
  const isImage = shape.length >= 3 && more.length === 0 && dtype === '|u1';
  if (!isImage || height < 1 || width < 1 || height * width > MAX_PIXELS) return undefined;
  return channels === 1 || channels === 3 ? { width, height, channels } : undefined;
}
