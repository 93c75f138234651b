/** What is at a path where a data set is expected but not recognised: nothing, or which other kind of store, and how to convert it. */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk, throwPassing } from '../base/diskErrors.js';
import { firstFew } from '../base/firstFew.js';
import { isThere } from '../base/isThere.js';
import { DataSetError, type DataSetFormat } from './dataSet.js';

/** What is known about formats: what they expect, and how they recognise it. */
type Expected = Pick<DataSetFormat, 'expected' | 'lookedFor'>;

interface Known {
  readonly found: string;
  /** Where that is more than a format's own words for it. */
  readonly expected?: string;
  readonly hint: string;
}

const CONVERT = 'Convert the recordings again (regrip convert).';
const COPY_V3 =
  'The training code needs zarr v2: write it again with zarr_format=2 or zarr-python < 3, or convert the recordings again.';

interface OtherFile extends Known {
  /** The bytes that it begins with. */
  readonly magic: string;
  /** How its name ends, where one is usual. */
  readonly ending?: RegExp;
  /** Known by its ending as well: others begin alike. */
  readonly byEnding?: true;
}

/** An entry is removed once a format can read it. */
const FILES: readonly OtherFile[] = [
  { magic: 'PK', ending: /\.npz$/i, byEnding: true, found: 'is a NumPy archive', hint: CONVERT },
  {
    magic: 'PK',
    ending: /\.zip$/i,
    found: 'is a zipped zarr store (as UMI publishes them, often with JPEG-XL images)',
    hint: 'Unpack it first: unzip it into a folder and give that folder.',
  },
  {
    magic: '\x89HDF',
    ending: /\.(?:hdf5|h5)$/i,
    found: 'is an HDF5 file',
    hint: "Write its arrays into a zarr v2 folder (upstream's ReplayBuffer does), or convert the recordings (regrip convert).",
  },
  { magic: '\x80', ending: /\.pkl$/i, found: 'is a pickle', hint: CONVERT },
  { magic: '\x93NUMPY', found: 'is a NumPy file', hint: CONVERT },
  {
    magic: '\x1f\x8b',
    found: 'is compressed with gzip',
    hint: 'Unpack it first, then give the resulting folder.',
  },
];

/** By files within a folder. */
const FOLDERS: readonly (Known & { readonly keys: readonly string[] })[] = [
  {
    // Without consolidated metadata each array has a document of its own, and the group may have none.
    keys: ['zarr.json', 'meta/zarr.json', 'meta/episode_ends/zarr.json', 'data/zarr.json'],
    found: 'is a zarr v3 store',
    expected: 'v2',
    hint: COPY_V3,
  },
  {
    keys: ['attributes.json', 'meta/episode_ends/attributes.json'],
    found: 'is an N5 store',
    hint: 'Copy it with zarr-python 2: zarr.copy_all(zarr.open(zarr.N5Store(OLD)), zarr.open_group(NEW)).',
  },
  {
    keys: ['meta/info.json'],
    found: 'is a LeRobot data set',
    hint: CONVERT,
  },
  {
    keys: ['.zarray'],
    found: 'is one zarr array, not a replay buffer',
    expected: 'data and meta/episode_ends',
    hint: 'Give the folder of the whole data set.',
  },
];

/** Whether a file of this name is of a format that is not read, as far as a name tells. */
export function isNamedAsOther(path: string): boolean {
  return FILES.some(({ ending }) => ending?.test(path));
}

/** The error of a path that none of `formats` recognises. */
export async function otherDataSet(path: string, formats: readonly Expected[]): Promise<DataSetError> {
  const found = await stat(path).catch((error: unknown) => {
    throwPassing(error, path);
    return missingDataSet(path, error);
  });
  if (found instanceof DataSetError) return found;
  if (!found.isDirectory()) return otherFile(path, formats);
  return (await otherFolder(path, formats)) ?? noDataSet(path, formats);
}

export function missingDataSet(path: string, cause: unknown): DataSetError {
  return new DataSetError({
    fault: 'missing',
    code: 'zarr-missing', // as it was named when there was one format; scripts know it
    file: path,
    message: 'there is no such data set',
    hint: 'Check the path.',
    cause,
  });
}

/** Of a path that is not a folder. */
export async function otherFile(path: string, formats: readonly Expected[]): Promise<DataSetError> {
  // Opening a pipe would wait for its writer.
  if (!(await stat(path)).isFile())
    return unsupported(path, { found: 'is neither a folder nor a file' }, formats);
  const file = await onDisk(path, () => open(path, 'r'));
  const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0).finally(() => file.close());
  const start = buffer.toString('latin1', 0, bytesRead);
  const known = FILES.find(
    ({ magic, ending, byEnding }) => start.startsWith(magic) && (byEnding !== true || ending?.test(path)),
  );
  return unsupported(path, known ?? { found: 'is a file', hint: CONVERT }, formats);
}

/** Of a folder; undefined where nothing in it tells. */
export async function otherFolder(
  path: string,
  formats: readonly Expected[],
): Promise<DataSetError | undefined> {
  for (const known of FOLDERS)
    for (const key of known.keys)
      if (await isThere(join(path, key))) return unsupported(path, known, formats);
  return undefined;
}

async function noDataSet(path: string, formats: readonly Expected[]): Promise<DataSetError> {
  const names = (await onDisk(path, () => readdir(path))).sort();
  const looked = formats.map(({ lookedFor }) => lookedFor).join(' or ');
  const found = names.length === 0 ? 'the folder is empty' : `it holds ${firstFew(names)}`;
  return new DataSetError({
    fault: 'missing',
    code: 'zarr-missing',
    file: path,
    message: `is not a data set: looked for ${looked}, but ${found}`,
    hint: 'Give the folder of the data set itself, or make one from recordings: regrip convert.',
  });
}

function unsupported(
  path: string,
  { found, expected, hint }: Omit<Known, 'hint'> & { readonly hint?: string },
  formats: readonly Expected[],
): DataSetError {
  const message = `${found}, expected ${expected ?? formats.map((format) => format.expected).join(' or ')}`;
  const facts = { fault: 'other-format', code: 'zarr-unsupported', file: path, message } as const;
  return new DataSetError(hint === undefined ? facts : { ...facts, hint });
}
