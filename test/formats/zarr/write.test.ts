/** Writing replay buffers: upstream's layout, and what zarr-python reads of it. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  COLUMN_COMPRESSOR,
  createReplayBuffer,
  openReplayBuffer,
  replayBufferChunks,
} from '../../../engine/formats/zarr/index.js';
import { arrayText, episodeEndsChunk } from '../../../engine/formats/zarr/layout.js';
import { peerPython } from '../../peers.js';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'regrip-zarr-')), 'new.zarr');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

test('chunks follow upstream: the axis that crosses 2 MB is cut', () => {
  expect(replayBufferChunks([24, 90, 160, 3], '|u1')).toEqual([24, 90, 160, 3]);
  expect(replayBufferChunks([100, 180, 320, 3], '|u1')).toEqual([12, 180, 320, 3]);
  expect(replayBufferChunks([100, 1080, 1920, 3], '|u1')).toEqual([1, 348, 1920, 3]);
  expect(replayBufferChunks([300_000, 8], '<f4')).toEqual([62_500, 8]);
  expect(replayBufferChunks([24], '<f8')).toEqual([24]);
});

test('the chunk of episode_ends grows by half when it is full', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 153].map(episodeEndsChunk)).toEqual([1, 3, 3, 6, 6, 6, 10, 208]);
});

test('.zarray is byte for byte what zarr-python writes', async () => {
  const file = new URL(
    '../../fixtures/reference/cogact-mini.160x90.zarr/data/action/.zarray',
    import.meta.url,
  );
  const layout = { shape: [148, 8], dtype: '<f4', chunks: [24, 8], compressor: COLUMN_COMPRESSOR };
  expect(arrayText(layout)).toBe(await readFile(fileURLToPath(file), 'utf8'));
});

async function writeSample(): Promise<Float32Array> {
  const values = Float32Array.from({ length: 10 * 2 * 3 }, (_, k) => Math.sin(k));
  const bytes = new Uint8Array(values.buffer);
  const writer = await createReplayBuffer(folder);
  await writer.createArray('cut', {
    shape: [10, 2, 3],
    dtype: '<f4',
    chunks: [4, 1, 2],
    compressor: COLUMN_COMPRESSOR,
  });
  await writer.writeRows('cut', 4, bytes.subarray(4 * 24));
  await writer.writeRows('cut', 0, bytes.subarray(0, 4 * 24));
  await writer.createArray('plain', {
    shape: [10, 2, 3],
    dtype: '<f4',
    chunks: [10, 2, 3],
    compressor: null,
  });
  await writer.writeRows('plain', 0, bytes);
  await writer.finish([4, 10]);
  return values;
}

test('what is written is read back, chunk by chunk in any order', async () => {
  const values = await writeSample();
  const buffer = await openReplayBuffer(folder);
  expect(buffer.episodeEnds).toEqual([4, 10]);
  for (const name of ['cut', 'plain']) {
    const { data } = await buffer.readRows(name, 0, 10);
    expect(new Float32Array(data.buffer, data.byteOffset, 60)).toEqual(values);
  }
});

test('rows that begin or end inside a chunk are refused', async () => {
  const writer = await createReplayBuffer(folder);
  await writer.createArray('a', { shape: [10], dtype: '|u1', chunks: [4], compressor: null });
  await expect(writer.writeRows('a', 0, new Uint8Array(5))).rejects.toThrow(
    /rows 0 to 5 are not whole chunks of 4/,
  );
  await expect(writer.writeRows('a', 2, new Uint8Array(6))).rejects.toThrow(/rows 2 to 8/);
});

const python = peerPython(['zarr', 'numcodecs']);
test.skipIf(python === undefined)('zarr-python 2 reads it (needs a python with zarr<3)', async () => {
  const values = await writeSample();
  const program = `import sys, zarr
g = zarr.open(sys.argv[1], 'r')
assert g['meta/episode_ends'][:].tolist() == [4, 10]
print(g['data/cut'][:].tobytes().hex() + ' ' + g['data/plain'][:].tobytes().hex())`;
  const { stdout, stderr } = spawnSync(python!, ['-c', program, folder], { encoding: 'utf8' });
  const expected = Buffer.from(values.buffer).toString('hex');
  expect(stderr).toBe('');
  expect(stdout.trim()).toBe(`${expected} ${expected}`);
});
