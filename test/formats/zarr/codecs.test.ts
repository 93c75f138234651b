/** Codecs: what is written is read, and a chunk that claims more than its array declares is refused before it is believed. */
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  assertKnownCodec,
  CodecFault,
  decodeChunk,
  encodeChunk,
} from '../../../engine/formats/zarr/codecs.js';
import type { CodecConfig } from '../../../engine/formats/zarr/metadata.js';

const CHUNK = Uint8Array.from({ length: 5000 }, (_, k) => (k * 7) % 31);
const CODECS: readonly CodecConfig[] = [
  { id: 'blosc', cname: 'lz4', clevel: 5, shuffle: 1, blocksize: 0 },
  { id: 'blosc', cname: 'zstd', clevel: 3, shuffle: 2, blocksize: 0 },
  { id: 'zstd', level: 3 },
  { id: 'lz4', acceleration: 1 },
];

describe.each(CODECS)('$id $cname', (codec) => {
  test('there and back, the same bytes each time', async () => {
    const stored = await encodeChunk(CHUNK, codec);
    expect(stored.length).toBeLessThan(CHUNK.length);
    expect(Buffer.compare(stored, await encodeChunk(CHUNK, codec))).toBe(0);
    expect(Buffer.compare(await decodeChunk(stored, codec, CHUNK.length), CHUNK)).toBe(0);
  });

  test('another size than the array declares is refused', async () => {
    const stored = await encodeChunk(CHUNK, codec);
    for (const bytes of [CHUNK.length - 1, CHUNK.length + 1])
      await expect(decodeChunk(stored, codec, bytes)).rejects.toThrow(
        `inflates to 5000 bytes, its array declares ${bytes}`,
      );
  });

  test('cut short anywhere, it is refused as damaged', async () => {
    const stored = await encodeChunk(CHUNK, codec);
    for (const length of [0, 3, 5, 15, stored.length - 1])
      await expect(
        decodeChunk(stored.subarray(0, length), codec, CHUNK.length),
        `${length}`,
      ).rejects.toMatchObject({
        kind: 'damaged',
      });
  });
});

describe.each([
  ['zlib', deflateSync],
  ['gzip', gzipSync],
] as const)('%s', (id, compress) => {
  test('stops at the declared size', async () => {
    const stored = compress(CHUNK);
    expect(Buffer.compare(await decodeChunk(stored, { id }, CHUNK.length), CHUNK)).toBe(0);
    await expect(decodeChunk(stored, { id }, 100)).rejects.toMatchObject({ kind: 'damaged' });
    await expect(decodeChunk(stored, { id }, 6000)).rejects.toThrow(
      `a chunk (${id}) has 5000 bytes, its array declares 6000`,
    );
  });
});

test('without a compressor a chunk has just its bytes', async () => {
  expect(await encodeChunk(CHUNK, null)).toBe(CHUNK);
  expect(await decodeChunk(CHUNK, null, CHUNK.length)).toBe(CHUNK);
  await expect(decodeChunk(CHUNK, null, 4)).rejects.toThrow('a chunk (no compressor) has 5000 bytes');
});

describe('zstd headers', () => {
  const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
  /** Descriptor, then what follows it, filled up with zeros. */
  const frame = (...rest: number[]) => Uint8Array.from([...MAGIC, ...rest, ...new Array(16).fill(0)]);

  test.each([
    ['one byte', frame(0x20, 200), 200],
    ['two bytes, which count from 256', frame(0x60, 1, 0), 257],
    ['four bytes behind a window', frame(0x80, 0, 0, 0, 1, 0), 65536],
    ['eight bytes behind a dictionary of one', frame(0xe1, 9, 0, 0, 0, 0, 1, 0, 0, 0), 2 ** 32],
  ])('the size in %s', async (_, stored, size) => {
    await expect(decodeChunk(stored, { id: 'zstd' }, 1)).rejects.toThrow(`inflates to ${size} bytes`);
  });

  test.each([
    ['another magic', Uint8Array.of(1, 2, 3, 4, 5, 6), /does not begin as zstd data does/],
    ['no size', frame(0x00), /does not state its size/],
    ['a size that is cut off', Uint8Array.from([...MAGIC, 0xe0, 0]), /cut short/],
  ])('%s is refused', async (_, stored, says) => {
    await expect(decodeChunk(stored, { id: 'zstd' }, 1)).rejects.toThrow(says);
  });
});

test('a blosc header that names another length than the file has', async () => {
  const stored = Buffer.from(await encodeChunk(CHUNK, CODECS[0]!));
  stored.writeUInt32LE(stored.length + 1, 12);
  await expect(decodeChunk(stored, { id: 'blosc' }, CHUNK.length)).rejects.toThrow(
    `the blosc header names ${stored.length + 1} bytes, the file has ${stored.length}`,
  );
});

describe('unknown codecs', () => {
  test.each([
    ['imagecodecs_jpeg2k', /codec imagecodecs_jpeg2k \(JPEG 2000 images .*\) is not read here, only blosc, /],
    ['imagecodecs_jpegxl', /\(JPEG XL images .* as UMI’s sets have\)/],
    ['delta', /codec delta is not read here/],
    ['toString', /codec toString is not read here/],
  ])('%s is named, with what to do', async (id, says) => {
    expect(() => assertKnownCodec({ id })).toThrow(says);
    const error: unknown = await decodeChunk(CHUNK, { id }, 1).catch((raised: unknown) => raised);
    expect(error).toBeInstanceOf(CodecFault);
    expect(error).toMatchObject({ kind: 'unknown', hint: expect.stringContaining('save_to_path') });
  });

  test('none is known, and so are those that are read', () => {
    for (const codec of [null, ...CODECS]) expect(() => assertKnownCodec(codec)).not.toThrow();
  });
});
