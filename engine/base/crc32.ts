/** CRC-32 as zlib computes it. The language server runs in the editor's own Node, which before 20.15 (VS Code 1.91 and 1.92) does not export it. */
import * as zlib from 'node:zlib';

export const crc32: (data: Uint8Array, before?: number) => number = zlib.crc32 ?? computedCrc32;

/** For zlib's reversed polynomial. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

export function computedCrc32(data: Uint8Array, before = 0): number {
  let crc = ~before;
  for (const byte of data) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  return ~crc >>> 0;
}
