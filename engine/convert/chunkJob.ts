/** One chunk of images: its frames decoded, shrunk, compressed and written. Runs in any process. */
import { type ArrayLayout, writeChunks } from '../formats/zarr/index.js';
import type { Size } from './areaMean.js';
import { ConvertError } from './errors.js';
import { FrameReader } from './frame.js';

export interface ChunkJob {
  /** Of the array. */
  readonly folder: string;
  readonly layout: ArrayLayout;
  readonly size: Size;
  /** Whether frames must have that size already. */
  readonly exact: boolean;
  /** The first row; there is one a frame. */
  readonly start: number;
  readonly frames: readonly string[];
}

export type ChunkResult =
  | { readonly kind: 'written' }
  | { readonly kind: 'bad-frame'; readonly row: number; readonly reason: string };

/** A damaged frame is a result, since its episode is left out; other failures are thrown. */
export async function convertChunk(job: ChunkJob): Promise<ChunkResult> {
  const frameBytes = job.size.width * job.size.height * 3;
  const rows = new Uint8Array(job.frames.length * frameBytes);
  const reader = new FrameReader(job.size, job.exact);
  for (const [k, frame] of job.frames.entries()) {
    try {
      await reader.read(frame, rows.subarray(k * frameBytes, (k + 1) * frameBytes));
    } catch (error) {
      if (!(error instanceof ConvertError) || error.code !== 'frame') throw error;
      return { kind: 'bad-frame', row: job.start + k, reason: error.reason };
    }
  }
  await writeChunks(job.folder, job.layout, job.start, rows);
  return { kind: 'written' };
}
