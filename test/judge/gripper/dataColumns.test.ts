/** Low-dimensional columns in blocks: whole pieces, so that none is decoded twice. */
import { describe, expect, test } from 'vitest';
import { blocksOf, lowDimWidth } from '../../../engine/judge/gripper/dataColumns.js';
import { type MemoryDataSet, memoryDataSet } from '../../formats/memoryDataSet.js';

const column = (shape: readonly number[], dtype = '<f4') => ({
  shape,
  dtype,
  stored: { piece: shape, codec: null },
});

test.each([
  [column([5]), 1],
  [column([5, 8]), 8],
  [column([0, 8]), 8],
  [column([5, 1024], '|u1'), 1024],
  [column([5, 1025]), undefined],
  [column([5, 0]), undefined],
  [column([5, 4, 3]), undefined],
  [column([5, 2], '<c8'), undefined],
])('the width of %j', (found, width) => {
  expect(lowDimWidth(found)).toBe(width);
});

async function blocks(data: MemoryDataSet, from: number, to: number, signal?: AbortSignal) {
  const values: number[] = [];
  for await (const block of blocksOf(data, 'a', [from, to], signal)) {
    expect(block.values.length).toBe(block.rows * 2);
    values.push(...block.values);
  }
  return { values, reads: data.reads };
}
const STEPS = Float32Array.from({ length: 2000 * 2 }, (_, k) => k);

describe('blocks', () => {
  test('several pieces at a time, cut where pieces begin', async () => {
    const data = memoryDataSet({ a: { shape: [2000, 2], values: STEPS, pieceRows: 3 } }, [2000]);
    const { values, reads } = await blocks(data, 100, 1900);
    expect(values).toEqual([...STEPS.subarray(200, 3800)]);
    expect(reads).toEqual(['a 100-1536', 'a 1536-1900']); // 512 pieces of three rows
  });

  test('a piece that is larger than a block is cut, and one of all rows is read as a whole', async () => {
    const wide = { shape: [3, 1024], values: new Float64Array(3 * 1024), pieceRows: 1_000_000 };
    const data = memoryDataSet({ a: { shape: [2000, 2], values: STEPS }, wide }, [2000]);
    expect((await blocks(data, 0, 2000)).reads).toEqual(['a 0-2000']);
    for await (const block of blocksOf(data, 'wide', [0, 3], undefined)) expect(block.rows).toBe(3);
  });

  test('no rows, no read', async () => {
    const data = memoryDataSet({ a: { shape: [2000, 2], values: STEPS } }, [2000]);
    expect(await blocks(data, 7, 7)).toEqual({ values: [], reads: [] });
  });

  test('a cancellation is seen before the next block', async () => {
    const data = memoryDataSet({ a: { shape: [2000, 2], values: STEPS, pieceRows: 1 } }, [2000]);
    await expect(blocks(data, 0, 2000, AbortSignal.abort(new Error('no more')))).rejects.toThrow('no more');
    expect(data.reads).toEqual([]);
  });
});
