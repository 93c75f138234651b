/** One frame of a data set's images. */
import type { ArrayInfo, ReplayBuffer } from '../../engine/formats/zarr/index.js';
import { isIndex } from './bounds.js';
import { encoded, MAX_PIXELS, type Pixels, transcoded } from './picture.js';
import { ReaderError } from './readerErrors.js';
import type { FrameParams, Picture } from './readerMessages.js';
import type { Task } from './task.js';

/** The Python package imagecodecs stores whole JPEG files as chunks. */
const JPEG_CODECS = ['imagecodecs_jpeg', 'jpeg'];

/** Throws `reader-request` when there is no such frame, `ZarrError` when it cannot be decoded. */
export async function frame(params: FrameParams, task: Task): Promise<Picture> {
  const { path, array, step, maxWidth } = params;
  const buffer = await task.held.replayBuffer(path, task.stamp);
  const info = buffer.arrays.get(array);
  const size = info && sizeOf(info);
  const refuse = (found: string) => new ReaderError('reader-request', path, found);
  if (info === undefined || size === undefined) {
    const found =
      info === undefined ? 'is not there' : `has shape [${info.shape.join(', ')}] and dtype ${info.dtype}`;
    throw refuse(
      `array ${array} ${found}, frames are [N, height, width, 1 or 3] of |u1 and at most ${MAX_PIXELS} pixels`,
    );
  }
  if (!isIndex(step, info.shape[0]!))
    throw refuse(`step ${step} was asked for, ${array} has ${info.shape[0]}`);
  if (!Number.isInteger(maxWidth) || maxWidth < 1)
    throw refuse(`a width of ${maxWidth} pixels was asked for`);
  const stored = await storedJpeg(buffer, array, info, step);
  if (stored !== undefined) return transcoded(path, `step ${step} of ${array}`, stored, maxWidth);
  const { data } = await buffer.readRows(array, step, step + 1);
  return encoded(path, { data, ...size }, maxWidth);
}

function sizeOf({ shape, dtype }: ArrayInfo): Omit<Pixels, 'data'> | undefined {
  const [, height = 0, width = 0, channels = 1, ...more] = shape;
  const isImage = shape.length >= 3 && more.length === 0 && dtype === '|u1';
  if (!isImage || height < 1 || width < 1 || height * width > MAX_PIXELS) return undefined;
  return channels === 1 || channels === 3 ? { width, height, channels } : undefined;
}

async function storedJpeg(
  buffer: ReplayBuffer,
  array: string,
  info: ArrayInfo,
  step: number,
): Promise<Uint8Array | undefined> {
  if (info.compressor === null || info.filters.length > 0 || !JPEG_CODECS.includes(info.compressor.id))
    return undefined;
  return buffer.readStoredStep(array, step);
}
