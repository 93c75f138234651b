/** Chunk bytes ↔ stored bytes: the codecs of numcodecs, each refusing a chunk that inflates beyond what its array declares. */
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { registry } from 'zarrita';
import type { CodecConfig } from './metadata.js';

/** Told to the caller, which knows the file and the array. */
export class CodecFault extends Error {
  constructor(
    readonly kind: 'unknown' | 'damaged',
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

type Decode = (stored: Uint8Array, bytes: number) => Promise<Uint8Array>;

/** The decoded chunk, exactly `bytes` long. Throws `CodecFault`. */
export async function decodeChunk(
  stored: Uint8Array,
  codec: CodecConfig | null,
  bytes: number,
): Promise<Uint8Array> {
  if (codec === null) return exactly(stored, bytes, 'no compressor');
  const decode = DECODERS[codec.id];
  if (decode === undefined || !Object.hasOwn(DECODERS, codec.id)) throw unknownCodec(codec.id);
  try {
    return exactly(await decode(stored, bytes), bytes, codec.id);
  } catch (cause) {
    if (cause instanceof CodecFault) throw cause;
    throw new CodecFault('damaged', `the ${codec.id} data cannot be decoded (${String(cause)})`);
  }
}

/** Whether `decodeChunk` knows the codec; throws the `CodecFault` that names it where not. */
export function assertKnownCodec(codec: CodecConfig | null): void {
  if (codec !== null && !Object.hasOwn(DECODERS, codec.id)) throw unknownCodec(codec.id);
}

/** Compresses a chunk for storing; `null` stores it as it is. The same input gives the same bytes. */
export async function encodeChunk(chunk: Uint8Array, codec: CodecConfig | null): Promise<Uint8Array> {
  if (codec === null) return chunk;
  const encoder = await numcodec(codec);
  return await encoder.encode(chunk);
}

/** The size is asked of the header first, so a crafted chunk is refused before its size is allocated. */
const DECODERS: Readonly<Record<string, Decode>> = {
  blosc: async (stored, bytes) => {
    // Header: version, version of the inner format, flags, item size, then u32 nbytes, blocksize, cbytes.
    if (stored.length < 16) throw new CodecFault('damaged', `a blosc chunk has only ${stored.length} bytes`);
    const header = view(stored);
    declared(header.getUint32(4, true), bytes, 'blosc');
    const compressed = header.getUint32(12, true);
    if (compressed !== stored.length) {
      throw new CodecFault(
        'damaged',
        `the blosc header names ${compressed} bytes, the file has ${stored.length}`,
      );
    }
    return (await numcodec({ id: 'blosc' })).decode(stored);
  },
  lz4: async (stored, bytes) => {
    if (stored.length < 4) throw new CodecFault('damaged', `an lz4 chunk has only ${stored.length} bytes`);
    declared(view(stored).getUint32(0, true), bytes, 'lz4');
    return (await numcodec({ id: 'lz4' })).decode(stored);
  },
  zstd: async (stored, bytes) => {
    declared(zstdContentSize(stored), bytes, 'zstd');
    return (await numcodec({ id: 'zstd' })).decode(stored);
  },
  // Deflate states no size; zlib itself stops at the limit.
  zlib: (stored, bytes) => promisify(inflate)(stored, { maxOutputLength: bytes }),
  gzip: (stored, bytes) => promisify(gunzip)(stored, { maxOutputLength: bytes }),
};

async function numcodec(codec: CodecConfig): Promise<ByteCodec> {
  const load = registry.get(codec.id);
  if (load === undefined) throw unknownCodec(codec.id);
  const Codec = await load();
  return Codec.fromConfig(codec, undefined as never) as unknown as ByteCodec;
}

interface ByteCodec {
  encode(chunk: Uint8Array): Uint8Array | Promise<Uint8Array>;
  decode(stored: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Frame_Content_Size of RFC 8878, section 3.1.1.1; numcodecs always writes it. */
function zstdContentSize(stored: Uint8Array): number {
  if (stored.length < 6) throw new CodecFault('damaged', 'a zstd chunk is cut short');
  const header = view(stored);
  if (header.getUint32(0, true) !== 0xfd2fb528)
    throw new CodecFault('damaged', 'a zstd chunk does not begin as zstd data does');
  const descriptor = header.getUint8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const at = 5 + (singleSegment ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
  const width = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  if (width === 0)
    throw new CodecFault('damaged', 'a zstd chunk does not state its size, which bounds the memory');
  if (at + width > stored.length) throw new CodecFault('damaged', 'a zstd chunk is cut short');
  if (width === 1) return header.getUint8(at);
  if (width === 2) return header.getUint16(at, true) + 256;
  return width === 4 ? header.getUint32(at, true) : Number(header.getBigUint64(at, true));
}

function declared(found: number, expected: number, codec: string): void {
  if (found !== expected) {
    throw new CodecFault(
      'damaged',
      `the ${codec} chunk inflates to ${found} bytes, its array declares ${expected}`,
    );
  }
}

function exactly(chunk: Uint8Array, bytes: number, codec: string): Uint8Array {
  if (chunk.length === bytes) return chunk;
  throw new CodecFault(
    'damaged',
    `a chunk (${codec}) has ${chunk.length} bytes, its array declares ${bytes}`,
  );
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function unknownCodec(id: string): CodecFault {
  const what = Object.hasOwn(FOREIGN, id) ? FOREIGN[id] : undefined;
  const known = Object.keys(DECODERS).join(', ');
  return new CodecFault(
    'unknown',
    `codec ${id}${what === undefined ? '' : ` (${what})`} is not read here, only ${known} and uncompressed chunks`,
    'Write the data set again with blosc: ReplayBuffer.copy_from_path(…) and save_to_path(…, compressors="default").',
  );
}

const FOREIGN: Readonly<Record<string, string>> = {
  imagecodecs_jpeg2k:
    'JPEG 2000 images of the Python package imagecodecs, as the diffusion policy’s real-robot sets have',
  imagecodecs_jpegxl: 'JPEG XL images of the Python package imagecodecs, as UMI’s sets have',
};
