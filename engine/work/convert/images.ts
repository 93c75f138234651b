/** Converts the frames of a plan, chunk by chunk; chunks that are there already stay as they are. */
import { throwIfAborted } from '../../base/errors.js';
import { chunkName } from '../../formats/zarr/index.js';
import type { ChunkLedger } from './ledger.js';
import type { ConvertOptions, ConvertProgress } from './options.js';
import type { Plan } from './plan.js';
import type { ChunkPool } from './pool.js';

/** The episode of a damaged frame, found while converting. */
interface BadEpisode {
  readonly name: string;
  readonly reason: string;
  /** Its first step: chunks from there on hold other rows once it is left out. */
  readonly start: number;
}

/** Where the chunks of images go. */
export interface ImageStore {
  readonly folder: string;
  readonly ledger: ChunkLedger;
}

/** The files of the chunks that hold rows from `start` on, `start` a chunk border. */
function chunkFiles({ image }: Plan, start: number): string[] {
  const pieces = Math.ceil(image.shape[1]! / image.chunks[1]!);
  return Array.from({ length: pieces }, (_, k) => chunkName([start / image.chunks[0]!, k, 0, 0]));
}

/** First rows of all chunks. */
function chunkStarts(plan: Plan): number[] {
  const length = plan.image.chunks[0]!;
  return Array.from({ length: Math.ceil(plan.frames.length / length) }, (_, k) => k * length);
}

/** First rows of the chunks that are not there yet. */
export function missingChunks(plan: Plan, ledger: ChunkLedger): number[] {
  return chunkStarts(plan).filter((start) => !chunkFiles(plan, start).every((name) => ledger.has(name)));
}

/** The files of all chunks. */
export function allChunks(plan: Plan): string[] {
  return chunkStarts(plan).flatMap((start) => chunkFiles(plan, start));
}

/** Resolves to the first bad episode that was met, after all work in flight has settled. */
export async function convertImages(
  plan: Plan,
  { folder, ledger }: ImageStore,
  starts: readonly number[],
  pool: ChunkPool,
  options: ConvertOptions,
): Promise<BadEpisode | undefined> {
  const length = plan.image.chunks[0]!;
  const progress = new Progress(
    plan.frames.length,
    starts.reduce((sum, start) => sum + rowsAt(plan, start), 0),
    options,
  );
  const bad: { row: number; reason: string }[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < starts.length && bad.length === 0) {
      throwIfAborted(options.signal);
      const start = starts[next++]!;
      const frames = plan.frames.slice(start, start + length);
      const exact = options.resolution === undefined;
      const result = await pool.run({ folder, layout: plan.image, size: plan.size, exact, start, frames });
      if (result.kind === 'bad-frame') bad.push(result);
      else {
        ledger.add(result.chunks);
        progress.add(frames.length, frameAt(plan, start + frames.length - 1));
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: pool.slots }, lane));
  const failed = lanes.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const first = bad.sort((a, b) => a.row - b.row)[0];
  return first === undefined ? undefined : episodeOf(plan, first.row, first.reason);
}

/** Removes the chunks that a left-out episode makes wrong. */
export async function removeChunks(plan: Plan, ledger: ChunkLedger, start: number): Promise<void> {
  await ledger.removeFrom(Math.floor(start / plan.image.chunks[0]!));
}

function rowsAt({ image, frames }: Plan, start: number): number {
  return Math.min(image.chunks[0]!, frames.length - start);
}

/** By its row in the data set; undefined for a frame that is not a file. */
function frameAt({ episodes, episodeEnds, frames }: Plan, row: number): ConvertProgress['last'] {
  const source = frames[row]!;
  if (source.kind !== 'file') return undefined;
  const index = episodeEnds.findIndex((end) => row < end);
  const frame = row - (episodeEnds[index - 1] ?? 0);
  return { episode: episodes[index]!.name, frame, path: source.path };
}

function episodeOf({ episodes, episodeEnds }: Plan, row: number, reason: string): BadEpisode {
  const index = episodeEnds.findIndex((end) => row < end);
  return { name: episodes[index]!.name, reason, start: episodeEnds[index - 1] ?? 0 };
}

class Progress {
  private readonly started = performance.now();
  private done = 0;
  private last: ConvertProgress['last'];

  constructor(
    private readonly totalFrames: number,
    private readonly missing: number,
    private readonly options: ConvertOptions,
  ) {
    this.tell();
  }

  add(frames: number, last: ConvertProgress['last']): void {
    this.done += frames;
    this.last = last;
    this.tell();
  }

  private tell(): void {
    const framesPerSecond =
      this.done === 0 ? undefined : this.done / ((performance.now() - this.started) / 1000);
    const progress: ConvertProgress = {
      frames: this.totalFrames - this.missing + this.done,
      totalFrames: this.totalFrames,
      framesPerSecond,
      secondsLeft: framesPerSecond === undefined ? undefined : (this.missing - this.done) / framesPerSecond,
      last: this.last,
    };
    this.options.onProgress?.(progress);
  }
}
