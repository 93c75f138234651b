/** Reading replay buffers: every form that zarr-python writes, and stores that lie. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openReplayBuffer, readMetadata } from '../../../engine/formats/zarr/index.js';

const fixture = (path: string) => fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url));
const REFERENCE = fixture('reference/cogact-mini.160x90.zarr');
const ODD = fixture('zarr/odd.zarr');

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}

describe('what zarr-python wrote', async () => {
  const expected = JSON.parse(await readFile(fixture('zarr/expected.json'), 'utf8')) as Record<
    string,
    Expected
  >;

  test.each(Object.entries(expected))('%s: all rows, and rows across chunk borders', async (name, array) => {
    const buffer = await openReplayBuffer(ODD);
    const all = await buffer.readRows(name, 0, 10);
    expect({ dtype: all.dtype, shape: all.shape }).toEqual({ dtype: array.dtype, shape: array.shape });
    expect(hex(all.data)).toBe(array.hex);
    const rowChars = array.hex.length / 10;
    for (const [start, end] of [
      [2, 7],
      [9, 10],
      [3, 3],
    ] as const) {
      const rows = await buffer.readRows(name, start, end);
      expect(rows.shape).toEqual([end - start, ...array.shape.slice(1)]);
      expect(hex(rows.data)).toBe(array.hex.slice(start * rowChars, end * rowChars));
    }
    await buffer.close();
  });

  test('episode ends in big-endian int32', async () => {
    expect((await openReplayBuffer(ODD)).episodeEnds).toEqual([4, 10]);
  });

  test('the reference data set: names, shapes, compressors, episode ends', async () => {
    const { arrays, episodeEnds } = await openReplayBuffer(REFERENCE);
    expect(episodeEnds).toEqual([24, 58, 91, 123, 148]);
    expect([...arrays].map(([name, { shape, dtype }]) => `${name} ${dtype} ${shape.join('×')}`)).toEqual([
      'action <f4 148×8',
      'image |u1 148×90×160×3',
      'robot_eef_pose <f4 148×7',
      'robot_gripper_state <f4 148×1',
      'timestamp <f8 148',
    ]);
    expect(arrays.get('image')!.compressor).toMatchObject({
      id: 'blosc',
      cname: 'lz4',
      clevel: 5,
      shuffle: 1,
    });
  });

  test('random rows read the same with a cache too small for one chunk', async () => {
    const large = await openReplayBuffer(REFERENCE);
    const small = await openReplayBuffer(REFERENCE, { cacheBytes: 1 });
    for (const start of [130, 3, 23, 60, 22]) {
      const [a, b] = await Promise.all(
        [large, small].map((each) => each.readRows('image', start, start + 3)),
      );
      expect(Buffer.compare(a!.data, b!.data)).toBe(0);
    }
  });
});

describe('stores that lie', () => {
  let store: string;
  beforeEach(async () => {
    store = join(await mkdtemp(join(tmpdir(), 'regrip-zarr-')), 'copy.zarr');
    await cp(ODD, store, { recursive: true });
    await rm(join(store, '.zmetadata'));
  });
  afterEach(() => rm(join(store, '..'), { recursive: true }));

  const edit = async (name: string, change: object) => {
    const file = join(store, name, '.zarray');
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...change }));
  };
  const read = async (name: string) => (await openReplayBuffer(store)).readRows(name, 0, 10);

  test('a blosc header that names more than the chunk is refused before it is believed', async () => {
    const file = join(store, 'data/blosc_zlib/0.0.0');
    const chunk = await readFile(file);
    chunk.writeUInt32LE(0xffffffff, 4);
    await writeFile(file, chunk);
    await expect(read('blosc_zlib')).rejects.toThrow(
      /0\.0\.0: the blosc chunk inflates to 4294967295 bytes, its array declares 72/,
    );
  });

  test('a zlib chunk stops at its declared size', async () => {
    await writeFile(join(store, 'data/zlib/0.0.0'), deflateSync(Buffer.alloc(50_000)));
    await expect(read('zlib')).rejects.toMatchObject({ code: 'zarr-chunk' });
  });

  test.each(['zstd', 'lz4', 'blosc_lz4_shuffle', 'gzip', 'plain'])(
    'a %s chunk that is cut short',
    async (name) => {
      const file = join(store, `data/${name}/0.0.0`);
      await writeFile(file, (await readFile(file)).subarray(0, 5));
      await expect(read(name)).rejects.toMatchObject({ code: 'zarr-chunk' });
    },
  );

  test('a chunk file far longer than its array declares is not read', async () => {
    await writeFile(join(store, 'data/zstd/0.0.0'), Buffer.alloc(200_000));
    await expect(read('zstd')).rejects.toThrow(/200000 bytes, at most/);
  });

  test('a huge chunk, an odd dtype and a negative length are refused with the file’s name', async () => {
    await edit('data/zlib', { chunks: [1e9, 2, 3] });
    await expect(openReplayBuffer(store)).rejects.toThrow(/zlib\/\.zarray: a chunk has 24000000000 bytes/);
    await edit('data/zlib', { chunks: [3, 2, 3], dtype: '|O' });
    await expect(openReplayBuffer(store)).rejects.toThrow(/dtype "\|O" is not supported/);
    await edit('data/zlib', { dtype: '<f4', shape: [-1, 2, 3] });
    await expect(openReplayBuffer(store)).rejects.toThrow(/shape is \[-1,2,3\]/);
  });

  test('a codec of imagecodecs is named with its array', async () => {
    await edit('data/zlib', { compressor: { id: 'imagecodecs_jpeg2k', level: 50 } });
    await expect(openReplayBuffer(store)).rejects.toMatchObject({
      code: 'zarr-codec',
      message: expect.stringMatching(/data\/zlib: codec imagecodecs_jpeg2k \(JPEG 2000 images/),
    });
    expect((await readMetadata(store)).arrays.get('zlib')!.compressor!.id).toBe('imagecodecs_jpeg2k');
  });

  test('a filter is named with its array', async () => {
    await edit('data/zlib', { filters: [{ id: 'delta', dtype: '<f4' }] });
    await expect(openReplayBuffer(store)).rejects.toThrow(/data\/zlib: filter delta/);
  });

  test('an array shorter than its episodes', async () => {
    await edit('data/zlib', { shape: [9, 2, 3] });
    await expect(openReplayBuffer(store)).rejects.toThrow(
      /array zlib has 9 steps, meta\/episode_ends ends at 10/,
    );
  });

  test('links and names that lead out of the folder', async () => {
    await rm(join(store, 'data/zlib/0.0.0'));
    await symlink('/etc/passwd', join(store, 'data/zlib/0.0.0'));
    await expect(read('zlib')).rejects.toMatchObject({ code: 'zarr-outside' });
    const metadata = { 'data/../.zarray': {} };
    await writeFile(join(store, '.zmetadata'), JSON.stringify({ metadata }));
    await expect(openReplayBuffer(store)).rejects.toMatchObject({ code: 'zarr-outside' });
  });

  test('rows that are not there', async () => {
    const buffer = await openReplayBuffer(store);
    await expect(buffer.readRows('zlib', 5, 11)).rejects.toThrow(
      /rows 5 to 11 were requested, but there are only 10/,
    );
    expect(() => buffer.readRows('image', 0, 1)).toThrow(/no array image, only big_endian/);
  });
});

describe('what is not a replay buffer', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regrip-zarr-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('a zip of UMI', async () => {
    await writeFile(join(folder, 'a.zarr.zip'), 'PK\x03\x04');
    await expect(openReplayBuffer(join(folder, 'a.zarr.zip'))).rejects.toThrow(/zipped zarr store/);
  });

  test('a zarr v3 store', async () => {
    await writeFile(join(folder, 'zarr.json'), '{"zarr_format": 3}');
    await expect(openReplayBuffer(folder)).rejects.toThrow(/zarr v3/);
  });

  test.each([
    ['a zarr v3 store whose root has no document', 'meta/episode_ends/zarr.json', '{}', /zarr v3 store/],
    ['an N5 store', 'attributes.json', '{"n5": "2.0.0"}', /N5 store/],
    ['a LeRobot data set', 'meta/info.json', '{}', /LeRobot data set/],
    ['a single array', '.zarray', '{}', /one zarr array, not a replay buffer/],
  ])('%s', async (_, name, text, message) => {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await writeFile(join(folder, name), text);
    await expect(openReplayBuffer(folder)).rejects.toThrow(message);
  });

  test.each([
    ['an HDF5 file', '\x89HDF\r\n', /is an HDF5 file/],
    ['a pickle', '\x80\x04', /is a pickle/],
    ['a NumPy file', '\x93NUMPY', /is a NumPy file/],
    ['a gzip', '\x1f\x8b\b', /gzip/],
    ['another file', 'hello', /is a file, expected a zarr folder/],
    ['an empty file', '', /is a file, expected a zarr folder/],
  ])('%s', async (_, start, message) => {
    await writeFile(join(folder, 'd'), Buffer.from(start, 'latin1'));
    await expect(openReplayBuffer(join(folder, 'd'))).rejects.toThrow(message);
  });

  test('an empty folder, a missing one', async () => {
    await mkdir(join(folder, 'data'));
    await expect(openReplayBuffer(folder)).rejects.toThrow(/no meta\/episode_ends/);
    await expect(openReplayBuffer(join(folder, 'none'))).rejects.toThrow(/no such data set/);
  });
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
