/** One camera frame: wherever it lies and however it is compressed, to the RGB bytes of the data set. */

import { type FrameSource, frameName, type Pixels } from '../../formats/recording/frames.js';
import { RecordingError } from '../../formats/recording.js';
import { FrameSources } from '../../formats/recordings.js';
import { type AreaMean, areaMean, type Size } from './areaMean.js';
import { DECODERS, ForeignPicture } from './decoders.js';

/** Width and height without decoding, where the header has them, after turning. Throws `RecordingError` code `frame`. */
export async function frameSize(source: FrameSource): Promise<Size> {
  return withSources(async (sources) => {
    const picture = await sources.read(source);
    if (picture.kind === 'pixels') return { width: picture.width, height: picture.height };
    return DECODERS[picture.coding].size(picture.bytes).catch((cause) => undecodable(source, cause));
  });
}

/** Lends a reader of frames of one size for `work`; what it opened is closed then. */
export function withFrames<T>(
  target: Size,
  exact: boolean,
  work: (reader: FrameReader) => Promise<T>,
): Promise<T> {
  return withSources((sources) => work(new FrameReader(target, exact, sources)));
}

async function withSources<T>(work: (sources: FrameSources) => Promise<T>): Promise<T> {
  const sources = new FrameSources();
  try {
    return await work(sources);
  } finally {
    await sources.close();
  }
}

/** Decodes frames and shrinks them to one size. */
export class FrameReader {
  constructor(
    private readonly target: Size,
    private readonly exact: boolean,
    private readonly sources: FrameSources,
  ) {}

  /** Fills `target`, (height, width, 3). Throws `RecordingError` code `frame` when the frame is damaged or too small. */
  async read(source: FrameSource, target: Uint8Array): Promise<void> {
    const picture = await this.sources.read(source);
    if (picture.kind === 'pixels') return this.shrink(source, picture, target);
    const decoding = DECODERS[picture.coding].decode(picture.bytes);
    const pixels = await decoding.catch((cause) => undecodable(source, cause));
    this.shrink(source, pixels, target);
    release(pixels.data);
  }

  private shrink(source: FrameSource, pixels: Pixels, target: Uint8Array): void {
    const { width, height } = this.target;
    const wrong = this.exact
      ? pixels.width !== width || pixels.height !== height
      : pixels.width < width || pixels.height < height;
    if (wrong) {
      const expected = this.exact ? 'as the first frame' : 'or more';
      throw frameError(
        source,
        `has ${pixels.width} × ${pixels.height} pixels, expected ${width} × ${height} ${expected}`,
      );
    }
    shrinker(pixels, this.target)(rgb(source, pixels), target);
  }
}

/** The collector lets many decoded frames gather (6 MB each of Full HD) that no cache of the processor holds any more. */
function release({ buffer, byteLength }: Uint8Array): void {
  const whole = buffer as ArrayBufferLike & { readonly transfer?: (bytes: number) => ArrayBuffer };
  if (whole.byteLength === byteLength) whole.transfer?.(0);
}

/** One kept for all readers: the frames of a data set have one size, and making its code takes milliseconds. */
let last: { readonly from: Size; readonly to: Size; readonly shrink: AreaMean } | undefined;

function shrinker({ width, height }: Size, to: Size): AreaMean {
  const from = { width, height };
  if (last === undefined || !sameSize(last.from, from) || !sameSize(last.to, to))
    last = { from, to, shrink: areaMean(from, to) };
  return last.shrink;
}

function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

function rgb(source: FrameSource, { width, height, channels, data }: Pixels): Uint8Array {
  if (data.length !== width * height * channels)
    throw frameError(source, `has ${data.length} bytes, expected ${width} × ${height} × ${channels}`);
  if (channels === 3) return data;
  if (channels !== 1) throw frameError(source, `has ${channels} colour channels, expected RGB or grey`);
  const wide = new Uint8Array(data.length * 3);
  for (let k = 0; k < data.length; k += 1) wide.fill(data[k]!, k * 3, k * 3 + 3);
  return wide;
}

function undecodable(source: FrameSource, cause: unknown): never {
  if (cause instanceof ForeignPicture) throw frameError(source, cause.message);
  const why = cause instanceof Error ? cause.message : String(cause);
  throw frameError(source, `cannot be decoded: ${why}`, cause);
}

function frameError(source: FrameSource, message: string, cause?: unknown): RecordingError {
  return new RecordingError('frame', source.path, `${frameName(source)} ${message}`, undefined, cause);
}
