/** One camera frame: a JPEG file to the RGB bytes of the data set. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { throwPassing } from '../../base/diskErrors.js';
import { type AreaMean, areaMean, type Size } from './areaMean.js';
import { ConvertError } from './convertError.js';
import { foreignPicture } from './jpegHeader.js';

/** 8K; a crafted header must not make the decoder allocate more. */
const MAX_PIXELS = 7680 * 4320;

// Every frame is read once, and frames are decoded side by side: neither a cache nor threads within one pay.
sharp.cache(false);
sharp.concurrency(1);
// Recordings hold JPEG files: what only bears the name of one (SVG, which may name other files) reaches no decoder.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg'] });

/** Colour profiles are ignored and turned cameras set upright, as OpenCV's imread does. */
function open(file: string | Uint8Array): Sharp {
  const options = { ignoreIcc: true, failOn: 'error', limitInputPixels: MAX_PIXELS } as const;
  return sharp(file, { ...options, sequentialRead: true }).autoOrient();
}

/** Width and height from the header alone, after turning. Throws `ConvertError` code `frame`. */
export async function frameSize(file: string): Promise<Size> {
  const { autoOrient } = await open(await pictureOf(file))
    .metadata()
    .catch((cause: unknown) => unreadable(file, cause));
  return autoOrient;
}

/** Decodes frames and shrinks them to one size. */
export class FrameReader {
  constructor(
    private readonly target: Size,
    private readonly exact: boolean,
  ) {}

  /** Fills `target`, (height, width, 3). Throws `ConvertError` code `frame` when the file is damaged or too small. */
  async read(file: string, target: Uint8Array): Promise<void> {
    const { data, info } = await open(await pictureOf(file))
      .raw()
      .toBuffer({ resolveWithObject: true })
      .catch((cause: unknown) => unreadable(file, cause));
    const { width, height } = this.target;
    const wrong = this.exact
      ? info.width !== width || info.height !== height
      : info.width < width || info.height < height;
    if (wrong) {
      const expected = this.exact ? 'as the first frame' : 'or more';
      throw frameError(
        file,
        `has ${info.width} × ${info.height} pixels, expected ${width} × ${height} ${expected}`,
      );
    }
    shrinker(info, this.target)(rgb(file, data, info.channels), target);
    release(data);
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

/** Far above a frame of 8K; what is larger is none. */
const MAX_FILE_BYTES = 256 * 2 ** 20;

/** The bytes of a JPEG file that is decoded as OpenCV does; throws `ConvertError` code `frame` for any other. */
async function pictureOf(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch((cause: unknown) => unreadable(file, cause));
  if (!found.isFile() || found.size > MAX_FILE_BYTES) throw frameError(file, 'is no picture file');
  const bytes = await readFile(file).catch((cause: unknown) => unreadable(file, cause));
  if (bytes.length === 0) throw frameError(file, 'cannot be decoded: the file is empty');
  const foreign = foreignPicture(bytes);
  if (foreign !== undefined) throw frameError(file, foreign);
  return bytes;
}

function rgb(file: string, data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  if (channels !== 1) throw frameError(file, `has ${channels} colour channels, expected RGB or grey`);
  const wide = new Uint8Array(data.length * 3);
  for (let k = 0; k < data.length; k += 1) wide.fill(data[k]!, k * 3, k * 3 + 3);
  return wide;
}

/** A drive that is away is no fault of the frame, and no reason to leave an episode out. */
function unreadable(file: string, cause: unknown): never {
  throwPassing(cause, file);
  throw frameError(
    file,
    `cannot be decoded: ${cause instanceof Error ? cause.message : String(cause)}`,
    cause,
  );
}

function frameError(file: string, message: string, cause?: unknown): ConvertError {
  return new ConvertError('frame', file, `${basename(file)} ${message}`, undefined, cause);
}
