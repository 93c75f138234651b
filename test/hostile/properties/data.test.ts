/** Damaged replay buffers and recordings are read, or refused with an error that has a code. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { test } from 'vitest';
import { readEpisode } from '../../../engine/formats/cogact/index.js';
import { PyDict } from '../../../engine/formats/pickle/model.js';
import { fromNdArray } from '../../../engine/formats/pickle/numpy.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';
import { encodeChunk, openReplayBuffer } from '../../../engine/formats/zarr/index.js';
import { inFolder, LONG, tryDamage } from './folders.js';

/** A replay buffer of two episodes, each array with another compressor. */
async function storeOf(): Promise<Record<string, Uint8Array>> {
  const array = (shape: number[], dtype: string, compressor: object | null) => {
    const rest = { compressor, fill_value: 0, order: 'C', filters: null };
    return Buffer.from(JSON.stringify({ zarr_format: 2, shape, chunks: shape, dtype, ...rest }));
  };
  const values = new Uint8Array(5 * 2 * 4).map((_, i) => i % 7);
  const blosc = { id: 'blosc', cname: 'lz4', clevel: 5, shuffle: 1, blocksize: 0 };
  return {
    '.zgroup': Buffer.from('{"zarr_format": 2}'),
    'meta/episode_ends/.zarray': array([2], '<i8', null),
    'meta/episode_ends/0': Buffer.from(BigInt64Array.of(2n, 5n).buffer),
    'data/action/.zarray': array([5, 2], '<f4', blosc),
    'data/action/0.0': await encodeChunk(values, blosc),
    'data/pose/.zarray': array([5, 2], '<f4', { id: 'zlib', level: 1 }),
    'data/pose/0.0': deflateSync(values),
    'data/plain/.zarray': array([5, 2], '<f4', null),
    'data/plain/0.0': values,
  };
}

test(
  'replay buffers with damage in any file',
  () =>
    inFolder(async (folder) => {
      await tryDamage(folder, await storeOf(), 1, async () => {
        const buffer = await openReplayBuffer(folder);
        for (const [array, { shape }] of buffer.arrays) await buffer.readRows(array, 0, shape[0]!);
        await buffer.close();
      });
    }),
  LONG,
);

test(
  'recordings whose pickle or metadata is damaged',
  () =>
    inFolder(async (folder) => {
      const column = (shape: number[], dtype: string, width: number) =>
        fromNdArray({ dtype, shape, data: new Uint8Array(shape.reduce((a, b) => a * b, width)) });
      const arrays = PyDict.of({
        robot_eef_pose: column([2, 7], '<f4', 4),
        action: column([2, 7], '<f4', 4),
        action_gripper: column([2], '<i8', 8),
        timestamp: column([2], '<f8', 8),
      });
      await mkdir(join(folder, 'images'));
      for (const name of ['frame_0000.jpg', 'frame_0001.jpg'])
        await writeFile(join(folder, 'images', name), '');
      const originals = {
        'data.pkl': writePickle(arrays, { protocol: 4 }),
        'meta.json': Buffer.from('{"n_steps": 2, "a": [1]}'),
      };
      await tryDamage(folder, originals, 1, () => readEpisode(folder));
    }),
  LONG,
);
