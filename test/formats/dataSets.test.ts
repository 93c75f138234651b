/** The way into a data set of any format: who recognises what, and what is said where nobody does. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataSetError } from '../../engine/formats/dataSet.js';
import {
  columnFiles,
  DATA_SET_FORMATS,
  dataSetFiles,
  dataSetStamp,
  openDataSet,
  readDataSetHeaders,
} from '../../engine/formats/dataSets.js';
import { withFault } from '../faults/inject.js';
import { oneEpisode, writeStore, zarray } from '../server/reader/readerFiles.js';

const REFERENCE = fileURLToPath(new URL('../fixtures/reference/cogact-mini.160x90.zarr', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-sets-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('headers: columns by name with shape, dtype and how they are stored; episode ends', async () => {
  const { columns, episodeEnds, path } = await readDataSetHeaders(REFERENCE);
  expect({ path, episodeEnds }).toEqual({ path: REFERENCE, episodeEnds: [24, 58, 91, 123, 148] });
  expect(columns.get('image')).toMatchObject({
    shape: [148, 90, 160, 3],
    dtype: '|u1',
    stored: { piece: [24, 90, 160, 3], codec: { id: 'blosc', cname: 'lz4' } },
  });
});

test('headers are read though a column cannot be; opening says which, unless it is judged at the read', async () => {
  const path = await writeStore(join(folder, 'a'), {
    ...oneEpisode(4),
    'data/action/.zarray': zarray([4, 8]),
    'data/image/.zarray': zarray([4, 2, 2, 3], { dtype: '|u1', compressor: { id: 'imagecodecs_jpegxl' } }),
  });
  expect([...(await readDataSetHeaders(path)).columns.keys()]).toEqual(['action', 'image']);
  await expect(openDataSet(path)).rejects.toMatchObject({ fault: 'not-decoded', code: 'zarr-codec' });
  const data = await openDataSet(path, { judged: 'at-read' });
  await data.readRows('action', 0, 4, new Float32Array(32));
  await expect(data.readFrames('image', [0], new Uint8Array(12))).rejects.toMatchObject({
    fault: 'not-decoded',
  });
});

describe('what no format recognises', () => {
  const refused = async (path: string): Promise<DataSetError> => {
    const [error, other] = await Promise.all(
      [openDataSet, readDataSetHeaders].map((read) => read(path).catch((raised: unknown) => raised)),
    );
    expect(error).toBeInstanceOf(DataSetError);
    expect(other).toEqual(error);
    return error as DataSetError;
  };

  test('nothing there', async () => {
    expect(await refused(join(folder, 'none'))).toMatchObject({
      fault: 'missing',
      file: join(folder, 'none'),
      message: `${join(folder, 'none')}: there is no such data set`,
      hint: 'Check the path.',
    });
  });

  test('an empty folder, and one of other things: what was looked for, what was found, what to do', async () => {
    expect(await refused(folder)).toMatchObject({
      fault: 'missing',
      message: expect.stringMatching(
        /is not a data set: looked for a zarr replay buffer .*, but the folder is empty$/,
      ),
      hint: expect.stringContaining('regrip convert'),
    });
    for (const name of ['e', 'd', 'c', 'b', 'a']) await mkdir(join(folder, name));
    expect((await refused(folder)).message).toMatch(/but it holds a, b, c and 2 more$/);
  });

  test('another store is named', async () => {
    await writeFile(join(folder, 'zarr.json'), '{}');
    expect(await refused(folder)).toMatchObject({
      fault: 'other-format',
      message: expect.stringMatching(/zarr v3/),
    });
  });
});

test('a damaged data set of a format is told by the format', async () => {
  const path = await writeStore(join(folder, 'a'), { '.zgroup': '{"zarr_format": 2}', 'data/.zgroup': '{}' });
  await expect(openDataSet(path)).rejects.toThrow(/is not a replay buffer: there is no meta\/episode_ends/);
});

describe('states and files', () => {
  test('a stamp changes with the data set; without one there is none', async () => {
    const path = await writeStore(join(folder, 'a'), {
      ...oneEpisode(4),
      'data/action/.zarray': zarray([4, 8]),
    });
    const before = await dataSetStamp(path);
    expect(await dataSetStamp(path)).toBe(before);
    await writeStore(path, { '.zmetadata': '{}' });
    expect(await dataSetStamp(path)).not.toBe(before);
    expect(await dataSetStamp(folder)).toBeUndefined();
    expect(await dataSetStamp(join(folder, 'none'))).toBeUndefined();
  });

  test('the path itself is watched first; before a format is known the files of all', async () => {
    const known = await dataSetFiles(REFERENCE);
    expect(known[0]).toBe(REFERENCE);
    expect(new Set(known).size).toBe(known.length);
    const path = join(folder, 'later');
    const later = await dataSetFiles(path);
    for (const format of DATA_SET_FORMATS)
      expect(later).toEqual(expect.arrayContaining([...(await format.files(path))]));
    expect(later.every(isAbsolute)).toBe(true);
  });

  test('of a drive that does not answer: said so, and not that there is no data set', async () => {
    const fault = { operation: 'stat', under: REFERENCE, errno: 'ESTALE', nth: 1, lasting: true } as const;
    const refused = await withFault(fault, () => openDataSet(REFERENCE).catch((error: unknown) => error));
    expect(refused).toMatchObject({ fired: true, result: { code: 'disk-estale' } });
    const { result } = await withFault(fault, async () => [
      await dataSetStamp(REFERENCE),
      (await dataSetFiles(REFERENCE))[0],
    ]);
    expect(result).toEqual([undefined, REFERENCE]);
  });

  test('a data set behind a link', async () => {
    await symlink(REFERENCE, join(folder, 'link'));
    expect((await readDataSetHeaders(join(folder, 'link'))).episodeEnds).toHaveLength(5);
  });
});

test('the files of a column, in order, also where chunks are nested', async () => {
  const names = (await columnFiles(REFERENCE, 'action')).map(({ name }) => name);
  expect(names).toEqual([...names].sort());
  expect(names).toContain('0.0');
  const path = await writeStore(join(folder, 'a'), {
    ...oneEpisode(4),
    'data/b/.zarray': zarray([4, 2], { chunks: [2, 2], dimension_separator: '/' }),
    'data/b/1/0': 'second',
    'data/b/0/0': 'first',
  });
  expect(await columnFiles(path, 'b')).toEqual(
    ['.zarray', '0/0', '1/0'].map((name) => ({ name, path: join(path, 'data/b', name) })),
  );
  await expect(columnFiles(path, 'c')).rejects.toMatchObject({
    code: 'disk-enoent',
    file: join(path, 'data/c'),
  });
});
