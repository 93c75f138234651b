/** The chunk grid against the plainest way to say the same: element by element. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunkCount, chunksOfRows, copyChunk, rowBytes } from '../../../engine/formats/zarr/chunks.js';
import { propertyRuns } from '../../propertyRuns.js';

/** A grid of up to three axes, some rows of it, and an element size. */
const grids = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 7 })), {
    minLength: 1,
    maxLength: 3,
  })
  .chain((axes) =>
    fc.record({
      shape: fc.constant(axes.map(([length]) => length)),
      chunks: fc.constant(axes.map(([, chunk]) => chunk)),
      itemBytes: fc.constantFrom(1, 2),
      range: fc
        .tuple(fc.nat(axes[0]![0]), fc.nat(axes[0]![0]))
        .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
    }),
  );

test('as many chunks are listed as are counted, each once, in C order', () => {
  fc.assert(
    fc.property(grids, ({ range: [start, end], ...info }) => {
      const listed = [...chunksOfRows(info, start, end)].map((index) => index.join('.'));
      expect(listed).toHaveLength(chunkCount(info, start, end));
      expect(new Set(listed).size).toBe(listed.length);
      expect(listed).toEqual([...listed].sort((a, b) => compare(a, b)));
    }),
    { numRuns: propertyRuns(0.5) },
  );
});

test('rows into chunks and out again, also through a window of the rows', () => {
  fc.assert(
    fc.property(grids, ({ range: [start, end], ...info }) => {
      const bytes = rowBytes(info);
      const all = Uint8Array.from({ length: info.shape[0]! * bytes }, (_, k) => 1 + (k % 251));
      const chunkBytes = info.chunks.reduce((a, b) => a * b, info.itemBytes);
      const rows = new Uint8Array((end - start) * bytes);
      for (const index of chunksOfRows(info, start, end)) {
        const chunk = new Uint8Array(chunkBytes);
        copyChunk(info, { index, chunk, rows: all, start: 0 }, 'to-chunk');
        copyChunk(info, { index, chunk, rows, start }, 'from-chunk');
      }
      expect(rows).toEqual(all.subarray(start * bytes, end * bytes));
    }),
    { numRuns: propertyRuns(0.5) },
  );
});

describe('edges', () => {
  test('no rows have no chunks, and an empty axis neither', () => {
    const info = { shape: [5, 3], chunks: [2, 2] };
    expect([chunkCount(info, 3, 3), [...chunksOfRows(info, 3, 3)]]).toEqual([0, []]);
    expect([...chunksOfRows({ shape: [5, 0], chunks: [2, 2] }, 0, 5)]).toEqual([]);
  });

  test('a chunk beyond the array’s end is filled as far as the array goes', () => {
    const info = { shape: [3, 3], chunks: [2, 2], itemBytes: 1 };
    const chunk = new Uint8Array(4);
    copyChunk(
      info,
      { index: [1, 1], chunk, rows: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), start: 0 },
      'to-chunk',
    );
    expect([...chunk]).toEqual([9, 0, 0, 0]);
  });
});

function compare(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  const axis = left.findIndex((value, k) => value !== right[k]);
  return axis < 0 ? 0 : left[axis]! - right[axis]!;
}
