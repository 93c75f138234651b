/** How much disk a conversion needs, asked before it begins. */

import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fixed } from '../../base/numberText.js';
import { RecordingError } from '../../formats/recording.js';
import { encodeChunk } from '../../formats/zarr/index.js';
import { ConvertError } from './convertError.js';
import { withFrames } from './frame.js';
import type { ConvertOptions } from './options.js';
import type { Plan } from './plan.js';

interface SpaceEstimate {
  readonly neededBytes: number;
  readonly freeBytes: number;
}

/** Frames of one recording compress alike; the margin covers the ones that do not. */
const MARGIN = 1.15;

/** Estimates from one frame what `missingFrames` take; throws `space` when that is more than is free. */
export async function checkSpace(
  plan: Plan,
  missingFrames: number,
  options: ConvertOptions,
): Promise<SpaceEstimate> {
  const columns = [...plan.columns.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const neededBytes = Math.ceil((missingFrames * (await storedFrameBytes(plan, options)) + columns) * MARGIN);
  const { bavail, bsize } = await statfs(dirname(options.output));
  const freeBytes = bavail * bsize;
  if (neededBytes <= freeBytes) return { neededBytes, freeBytes };
  const message = `the data set needs about ${gigabytes(neededBytes)}, but only ${gigabytes(freeBytes)} is free`;
  throw new ConvertError(
    'space',
    options.output,
    message,
    'Free some space, or choose a smaller --resolution.',
  );
}

async function storedFrameBytes(plan: Plan, options: ConvertOptions): Promise<number> {
  const frame = new Uint8Array(plan.size.width * plan.size.height * 3);
  if (plan.image.compressor === null) return frame.length;
  try {
    await withFrames(plan.size, options.resolution === undefined, (reader) =>
      reader.read(plan.frames[0]!, frame),
    );
  } catch (error) {
    // A damaged frame is judged when its turn comes; uncompressed is the most that it can take.
    if (error instanceof RecordingError && error.code === 'frame') return frame.length;
    throw error;
  }
  return (await encodeChunk(frame, plan.image.compressor)).length;
}

export function gigabytes(bytes: number): string {
  return fixed(bytes / 1e9, bytes < 1e9 ? 3 : 1, ' GB');
}
