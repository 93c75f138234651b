/** Converts pixels and foreign images to JPEG. */
import type sharp from 'sharp';
import { ReaderError } from './readerErrors.js';
import type { Picture } from './readerMessages.js';

/** A frame of 8K; stops crafted sizes. */
export const MAX_PIXELS = 2 ** 25;
const QUALITY = 85;

export interface Pixels {
  /** (height, width, channels), C order. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

let loaded: Promise<typeof sharp> | undefined;

/** Loaded with the first image: a package for all platforms does not include the native library. */
function loadSharp(file: string): Promise<typeof sharp> {
  loaded ??= import('sharp').then(({ default: library }) => {
    library.cache(false); // each frame comes once; libvips would cache its last operations
    return library;
  });
  return loaded.catch((cause: unknown) => {
    const message =
      'frames cannot be shown: this package does not include an image library for this platform';
    throw new ReaderError('reader-picture', file, message, 'install the package for linux-x64', cause);
  });
}

/** Pixels scaled down to `maxWidth`. `file` is named in errors. */
export async function encoded(
  file: string,
  { data, width, height, channels }: Pixels,
  maxWidth: number,
): Promise<Picture> {
  const open = await loadSharp(file);
  const { data: jpeg, info } = await open(data, { raw: { width, height, channels } })
    .resize({ width: maxWidth, withoutEnlargement: true })
    .jpeg({ quality: QUALITY })
    .toBuffer({ resolveWithObject: true });
  return {
    jpeg: ownBytes(jpeg),
    width: info.width,
    height: info.height,
    sourceWidth: width,
    sourceHeight: height,
  };
}

/**
 * A stored image: a JPEG that is not too wide is returned unchanged, a wider one or a PNG is encoded again. Other formats are not decoded,
 * since the bytes are untrusted. `where` names it in errors.
 */
export async function transcoded(
  file: string,
  where: string,
  bytes: Uint8Array,
  maxWidth = Number.POSITIVE_INFINITY,
): Promise<Picture> {
  const isJpeg = startsWith(bytes, [0xff, 0xd8, 0xff]);
  if (!isJpeg && !startsWith(bytes, [0x89, 0x50, 0x4e, 0x47])) {
    const found = Buffer.from(bytes.subarray(0, 4)).toString('hex');
    throw new ReaderError(
      'reader-picture',
      file,
      `${where} is neither JPEG nor PNG: it begins with 0x${found}`,
    );
  }
  const open = await loadSharp(file);
  try {
    const image = open(bytes, { limitInputPixels: MAX_PIXELS });
    const { width: sourceWidth, height: sourceHeight } = await image.metadata();
    if (isJpeg && sourceWidth <= maxWidth) {
      return { jpeg: ownBytes(bytes), width: sourceWidth, height: sourceHeight, sourceWidth, sourceHeight };
    }
    const scaled = maxWidth < sourceWidth ? image.resize({ width: maxWidth }) : image;
    const { data, info } = await scaled.jpeg({ quality: QUALITY }).toBuffer({ resolveWithObject: true });
    return { jpeg: ownBytes(data), width: info.width, height: info.height, sourceWidth, sourceHeight };
  } catch (cause) {
    throw new ReaderError(
      'reader-picture',
      file,
      `${where} cannot be decoded (${String(cause)})`,
      undefined,
      cause,
    );
  }
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, k) => bytes[k] === byte);
}

/** A copy in its own memory: part of Node's pool, or memory allocated by libvips, cannot be moved to another thread. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
