/** The layout of a replay buffer at its edges; the usual sizes are in write.test.ts. */
import { expect, test } from 'vitest';
import {
  arrayText,
  episodeEndsChunk,
  itemBytes,
  layoutChunkBytes,
  replayBufferChunks,
} from '../../../engine/formats/zarr/layout.js';

test('a chunk holds at least one row and at most all', () => {
  expect(replayBufferChunks([3, 4000, 4000], '<f8')).toEqual([1, 63, 4000]);
  expect(replayBufferChunks([5, 8], '<f4')).toEqual([5, 8]);
  expect(replayBufferChunks([10, 3_000_000], '|u1')).toEqual([1, 2_000_000]);
});

test('bytes of an element and of a chunk', () => {
  expect(['|u1', '<f4', '<i8', '<c16'].map(itemBytes)).toEqual([1, 4, 8, 16]);
  expect(layoutChunkBytes({ shape: [9, 3], dtype: '<f4', chunks: [2, 3], compressor: null })).toBe(24);
});

test('no episodes and one', () => {
  expect([episodeEndsChunk(0), episodeEndsChunk(1)]).toEqual([1, 1]);
});

test('the fill value of floats has its point; keys are sorted, the compressor’s too', () => {
  const layout = { shape: [2], chunks: [2], compressor: { id: 'zstd', level: 1, checksum: false } };
  const text = arrayText({ ...layout, dtype: '<f8' });
  expect(text).toContain('"fill_value": 0.0,');
  expect(text.indexOf('"checksum"')).toBeLessThan(text.indexOf('"id"'));
  expect(arrayText({ ...layout, dtype: '<i8' })).toContain('"fill_value": 0,');
  expect(Object.keys(JSON.parse(text) as object)).toEqual([
    ...['chunks', 'compressor', 'dtype', 'fill_value', 'filters', 'order', 'shape', 'zarr_format'],
  ]);
});
