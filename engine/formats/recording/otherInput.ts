/** What an input is that no format of recordings recognises, told by its content. A format that is read leaves these tables. */
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { throwPassing } from '../../base/diskErrors.js';
import { isThere } from '../../base/isThere.js';
import { shownName } from '../../base/shown.js';

export interface OtherInput {
  /** What follows the input's name: `is a LeRobot data set, which regrip does not read`. */
  readonly found: string;
  readonly hint: string;
}

const CONVERT_ELSEWHERE =
  'Write the episodes as one of the formats above, or make the replay buffer with the scripts of the project that recorded them.';

/** By a file within a folder. */
const FOLDERS: readonly (OtherInput & { readonly key: string })[] = [
  {
    key: 'meta/info.json',
    found: 'is a LeRobot data set, which regrip does not read',
    hint: CONVERT_ELSEWHERE,
  },
  {
    key: '.zgroup',
    found: 'is a zarr data set, not recordings',
    hint: 'Training reads it as it is: name it in the config (task.dataset_path).',
  },
  {
    key: 'metadata.yaml',
    found: 'is a ROS 2 bag, which regrip does not read',
    hint: CONVERT_ELSEWHERE,
  },
];

/** By the bytes that a file begins with. */
const FILES: readonly (readonly [magic: string, kind: string])[] = [
  ['\x89HDF', 'HDF5'],
  ['\x89MCAP', 'MCAP'],
  ['PAR1', 'Parquet'],
  ['#ROSBAG', 'ROS 1 bag'],
  ['PK\x03\x04', 'zip'],
];

/** Undefined where nothing tells. */
export async function otherInput(input: string): Promise<OtherInput | undefined> {
  for (const { key, ...known } of FOLDERS) if (await isThere(join(input, key))) return known;
  const names = await fileNames(input);
  const [first] = names ?? [];
  const kind = await kindOfFile(first === undefined ? input : join(input, first));
  if (kind === undefined) return undefined;
  const found =
    first === undefined ? `is ${articled(kind)} file` : `holds ${kind} files (${shownName(first)})`;
  return { found: `${found}, which regrip does not read`, hint: CONVERT_ELSEWHERE };
}

/** The files in a folder by name; undefined for what is not a folder. */
async function fileNames(folder: string): Promise<string[] | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throwPassing(error, folder);
    return error.code === 'ENOTDIR' ? undefined : [];
  });
  return entries
    ?.filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

/** Opened without waiting, since a pipe has perhaps no writer. */
async function kindOfFile(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throwPassing(error, path);
    return undefined;
  });
  if (file === undefined) return undefined;
  try {
    if (!(await file.stat()).isFile()) return undefined;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const start = buffer.toString('latin1', 0, bytesRead);
    return FILES.find(([magic]) => start.startsWith(magic))?.[1];
  } finally {
    await file.close();
  }
}

function articled(kind: string): string {
  return `${/^[HM]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
