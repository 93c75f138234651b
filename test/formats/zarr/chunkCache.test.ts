/** Decoded chunks: each decoded once while it is kept, the least recently used forgotten first. */
import { expect, test, vi } from 'vitest';
import { ChunkCache } from '../../../engine/formats/zarr/chunkCache.js';

const chunk = (value: number) => async () => Uint8Array.of(value);
const refuse = async (): Promise<Uint8Array> => {
  throw new Error('decoded again');
};

test('a chunk that is asked for twice at once is decoded once', async () => {
  const cache = new ChunkCache(10);
  const decode = vi.fn(chunk(7));
  const [a, b] = await Promise.all([cache.get('a', 1, decode), cache.get('a', 1, decode)]);
  expect(a).toBe(b);
  expect(decode).toHaveBeenCalledTimes(1);
});

test('the least recently used goes first, by bytes', async () => {
  const cache = new ChunkCache(10);
  await cache.get('a', 4, chunk(1));
  await cache.get('b', 4, chunk(2));
  await cache.get('a', 4, refuse); // used again
  await cache.get('c', 4, chunk(3));
  await expect(cache.get('b', 4, refuse)).rejects.toThrow('decoded again');
  expect(await cache.get('c', 4, refuse)).toEqual(Uint8Array.of(3));
});

test('the newest stays, also where it is larger than all that may be held', async () => {
  const cache = new ChunkCache(0);
  await cache.get('large', 100, chunk(1));
  expect(await cache.get('large', 100, refuse)).toEqual(Uint8Array.of(1));
  await cache.get('next', 100, chunk(2));
  await expect(cache.get('large', 100, refuse)).rejects.toThrow('decoded again');
});

test('what could not be decoded is tried again, and its bytes are free', async () => {
  const cache = new ChunkCache(8);
  await cache.get('kept', 4, chunk(1));
  await expect(cache.get('torn', 4, refuse)).rejects.toThrow('decoded again');
  expect(await cache.get('torn', 4, chunk(9))).toEqual(Uint8Array.of(9));
  expect(await cache.get('kept', 4, refuse)).toEqual(Uint8Array.of(1));
});

test('a failure that comes after its place was cleared takes nothing away', async () => {
  const cache = new ChunkCache(10);
  let fail: (error: Error) => void = () => undefined;
  const late = cache.get('a', 4, () => new Promise((_, reject) => (fail = reject)));
  cache.clear();
  await cache.get('a', 4, chunk(5));
  fail(new Error('late'));
  await expect(late).rejects.toThrow('late');
  expect(await cache.get('a', 4, refuse)).toEqual(Uint8Array.of(5));
});
