/** Recognises stores and files that are not a folder of zarr v2, so that the error names what they are and how to mend it. */
import { open, stat } from 'node:fs/promises';
import type { FolderStore } from './store.js';
import { ZarrError } from './zarrError.js';

interface Known {
  readonly found: string;
  readonly hint: string;
}

const CONVERT = 'Only zarr v2 folders are read: convert the recordings again (regrip convert).';
const COPY_V3 =
  'The training code reads v2: write it again with zarr_format=2 or zarr-python < 3, or convert the recordings again.';

/** By the bytes that a file begins with. */
const FILES: readonly (Known & { readonly magic: string })[] = [
  {
    magic: 'PK',
    found: 'is a zipped zarr store (as UMI publishes them, often with JPEG-XL images); only folders are read',
    hint: 'Unpack it first: unzip it into a folder and give that folder.',
  },
  {
    magic: '\x89HDF',
    found: 'is an HDF5 file, expected a zarr folder',
    hint: "Only zarr v2 folders are read: write its arrays into one (upstream's ReplayBuffer does), or convert the recordings (regrip convert).",
  },
  { magic: '\x80', found: 'is a pickle, expected a zarr folder', hint: CONVERT },
  { magic: '\x93NUMPY', found: 'is a NumPy file, expected a zarr folder', hint: CONVERT },
  {
    magic: '\x1f\x8b',
    found: 'is compressed with gzip, expected a zarr folder',
    hint: 'Unpack it first, and give the folder that comes of it.',
  },
];

/** Of a path that is no folder. */
export async function otherFile(path: string): Promise<ZarrError> {
  const unsupported = (found: string, hint?: string) => new ZarrError('zarr-unsupported', path, found, hint);
  // Opening a pipe would wait for its writer.
  if (!(await stat(path)).isFile())
    return unsupported('is neither a folder nor a file, expected a zarr folder');
  const file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0).finally(() => file.close());
  const start = buffer.toString('latin1', 0, bytesRead);
  const known = FILES.find(({ magic }) => start.startsWith(magic));
  return known === undefined
    ? unsupported('is a file, expected a zarr folder', CONVERT)
    : unsupported(known.found, known.hint);
}

/** Files by which a folder tells that it is another store. */
const FOLDERS: readonly (Known & { readonly keys: readonly string[] })[] = [
  {
    // Without consolidated metadata each array has a document of its own, and the group may have none.
    keys: ['zarr.json', 'meta/zarr.json', 'meta/episode_ends/zarr.json', 'data/zarr.json'],
    found: 'is a zarr v3 store, expected v2',
    hint: COPY_V3,
  },
  {
    keys: ['attributes.json', 'meta/episode_ends/attributes.json'],
    found: 'is an N5 store, expected zarr v2',
    hint: 'Copy it with zarr-python 2: zarr.copy_all(zarr.open(zarr.N5Store(OLD)), zarr.open_group(NEW)).',
  },
  {
    keys: ['meta/info.json'],
    found: 'is a LeRobot data set, expected a zarr v2 folder',
    hint: CONVERT,
  },
  {
    keys: ['.zarray'],
    found: 'is one zarr array, not a replay buffer with data and meta/episode_ends',
    hint: 'Give the folder of the whole data set.',
  },
];

/** Of a folder that has no `meta/episode_ends` of v2; undefined where it tells nothing. */
export async function otherFolder(store: FolderStore): Promise<ZarrError | undefined> {
  for (const { keys, found, hint } of FOLDERS) {
    for (const key of keys)
      if (await store.has(key)) return new ZarrError('zarr-unsupported', store.path, found, hint);
  }
  return undefined;
}
