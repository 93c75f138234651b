/** One chunk of images: its frames decoded, shrunk, compressed and written. Runs in any process. */

import type { FrameSource } from '../../formats/recording/frames.js';
import { RecordingError } from '../../formats/recording.js';
import { type ArrayLayout, type StoredChunk, writeChunks } from '../../formats/zarr/index.js';
import type { Size } from './areaMean.js';
import { type FrameReader, withFrames } from './frame.js';

export interface ChunkJob {
  /** Of the array. */
  readonly folder: string;
  readonly layout: ArrayLayout;
  readonly size: Size;
  /** Whether frames must have that size already. */
  readonly exact: boolean;
  /** The first row; there is one per frame. */
  readonly start: number;
  readonly frames: readonly FrameSource[];
}

export type ChunkResult =
  | { readonly kind: 'written'; readonly chunks: readonly StoredChunk[] }
  | { readonly kind: 'bad-frame'; readonly row: number; readonly reason: string };

/** While one frame is shrunk others are decoded, and the last chunk of a conversion still keeps two cores busy. */
const FRAMES_AT_ONCE = 3;

/** A damaged frame is a result, since its episode is left out; other failures are thrown. */
export async function convertChunk(job: ChunkJob): Promise<ChunkResult> {
  const frameBytes = job.size.width * job.size.height * 3;
  const rows = new Uint8Array(job.frames.length * frameBytes);
  const row = (k: number) => rows.subarray(k * frameBytes, (k + 1) * frameBytes);
  const bad = await withFrames(job.size, job.exact, (reader) => readFrames(job, reader, row));
  if (bad !== undefined) return bad;
  return { kind: 'written', chunks: await writeChunks(job.folder, job.layout, job.start, rows) };
}

type BadFrame = ChunkResult & { readonly kind: 'bad-frame' };

/** Resolves to the first damaged frame: frames begin in order, and each that began ends before this does. */
async function readFrames(
  job: ChunkJob,
  reader: FrameReader,
  row: (k: number) => Uint8Array,
): Promise<BadFrame | undefined> {
  const bad: BadFrame[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < job.frames.length && bad.length === 0) {
      const k = next++;
      const reason = await faultOf(reader.read(job.frames[k]!, row(k)));
      if (reason !== undefined) bad.push({ kind: 'bad-frame', row: job.start + k, reason });
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: FRAMES_AT_ONCE }, lane));
  const failed = lanes.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return bad.sort((a, b) => a.row - b.row)[0];
}

/** Why a frame is damaged; throws what is not the frame's fault. */
async function faultOf(reading: Promise<void>): Promise<string | undefined> {
  try {
    await reading;
    return undefined;
  } catch (error) {
    if (!(error instanceof RecordingError) || error.code !== 'frame') throw error;
    return error.reason;
  }
}
