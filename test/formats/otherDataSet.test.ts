/** What lies where a data set is expected: its name, what was expected, and how to make one of it. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isNamedAsOther, otherDataSet } from '../../engine/formats/otherDataSet.js';

const FORMATS = [
  { expected: 'a zarr folder', lookedFor: 'data and meta' },
  { expected: 'a table', lookedFor: 'table.json' },
];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-other-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('files', () => {
  test.each([
    [
      'd.zip',
      'PK\x03\x04',
      'is a zipped zarr store (as UMI publishes them, often with JPEG-XL images)',
      /unzip/,
    ],
    ['d.npz', 'PK\x03\x04', 'is a NumPy archive', /Convert/],
    ['d.hdf5', '\x89HDF\r\n', 'is an HDF5 file', /Write its arrays into a zarr v2 folder/],
    ['d.pkl', '\x80\x04', 'is a pickle', /Convert/],
    ['d.npy', '\x93NUMPY', 'is a NumPy file', /Convert/],
    ['d.tar.gz', '\x1f\x8b\b', 'is compressed with gzip', /Unpack/],
    ['d.txt', 'hello', 'is a file', /Convert/],
    ['d', '', 'is a file', /Convert/],
  ])('%s that begins with %j %s', async (name, start, found, hint) => {
    const path = join(folder, name);
    await writeFile(path, Buffer.from(start, 'latin1'));
    expect(await otherDataSet(path, FORMATS)).toMatchObject({
      fault: 'other-format',
      file: path,
      message: `${path}: ${found}, expected a zarr folder or a table`,
      hint: expect.stringMatching(hint),
    });
  });

  test('a pipe is not opened', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const error = await otherDataSet(join(folder, 'pipe'), FORMATS);
    expect(error.message).toMatch(/is neither a folder nor a file, expected/);
    expect(error.hint).toBeUndefined();
  });
});

describe('folders', () => {
  test.each([
    ['zarr.json', /is a zarr v3 store, expected v2$/, /zarr_format=2/],
    ['data/zarr.json', /is a zarr v3 store, expected v2$/, /zarr_format=2/],
    ['meta/episode_ends/attributes.json', /is an N5 store, expected a zarr folder or a table$/, /N5Store/],
    ['meta/info.json', /is a LeRobot data set, expected a zarr folder or a table$/, /Convert/],
    [
      '.zarray',
      /is one zarr array, not a replay buffer, expected data and meta\/episode_ends$/,
      /whole data set/,
    ],
  ])('one that holds %s', async (name, says, hint) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), '{}');
    expect(await otherDataSet(folder, FORMATS)).toMatchObject({
      fault: 'other-format',
      message: expect.stringMatching(says),
      hint: expect.stringMatching(hint),
    });
  });

  test('one that tells nothing: all that was looked for', async () => {
    await writeFile(join(folder, 'notes.txt'), '');
    const { message } = await otherDataSet(folder, FORMATS);
    expect(message).toBe(
      `${folder}: is not a data set: looked for data and meta or table.json, but it holds notes.txt`,
    );
  });
});

test('nothing at the path, and a path below a file', async () => {
  await writeFile(join(folder, 'file'), '');
  for (const name of ['none', 'file/below'])
    expect(await otherDataSet(join(folder, name), FORMATS)).toMatchObject({ fault: 'missing' });
});

test('names that tell of another format, and names that do not', () => {
  const names = ['a.hdf5', 'a.H5', 'a.zarr.zip', 'a.npz', 'b/a.pkl', 'a.zarr', 'a', 'a.hdf5/b', 'zip'];
  expect(names.filter(isNamedAsOther)).toEqual(['a.hdf5', 'a.H5', 'a.zarr.zip', 'a.npz', 'b/a.pkl']);
});
