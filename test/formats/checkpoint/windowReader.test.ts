import { type FileHandle, open, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WindowReader } from '../../../engine/formats/checkpoint/windowReader.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const BYTES = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) >> 4);

/** The reader, and how often it asked the system. */
async function withReader<T>(work: (reader: WindowReader, calls: () => number) => Promise<T>): Promise<T> {
  await writeFile(folder.path('a'), BYTES);
  const file = await open(folder.path('a'));
  let calls = 0;
  const read = (...args: Parameters<FileHandle['read']>) => {
    calls += 1;
    return file.read(...args);
  };
  const counting = { read };
  return work(new WindowReader(counting as unknown as FileHandle), () => calls).finally(() => file.close());
}

test('any pieces in any order are those of the file', async () => {
  const piece = fc.tuple(fc.nat(5200), fc.nat(900), fc.nat(3000));
  await withReader(async (reader) => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece), async (pieces) => {
        for (const [position, length, span] of pieces) {
          reader.expect(span);
          expect([...(await reader.bytes(position, length))]).toEqual([
            ...BYTES.subarray(position, position + length),
          ]);
        }
      }),
      { numRuns: 30 },
    );
  });
});

test('pieces that lie close together take one call', async () => {
  await withReader(async (reader, calls) => {
    reader.expect(4096);
    for (let at = 0; at < 4096; at += 32) await reader.bytes(at, 32);
    expect(calls()).toBe(1);
  });
});

test('pieces beyond a window are read alone, at the size that is asked for', async () => {
  await withReader(async (reader) => {
    reader.expect(2 ** 40);
    expect(await reader.bytes(0, 10)).toHaveLength(10);
    expect(await reader.bytes(4990, 100)).toHaveLength(10);
    expect(await reader.bytes(9000, 100)).toHaveLength(0);
  });
});
