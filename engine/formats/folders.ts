/** What a folder is that stands where a file is expected, by the names in it alone. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { firstFew } from '../base/firstFew.js';
import { isThere } from '../base/isThere.js';
import { shownName } from '../base/shown.js';
import { findPolicyFolder } from './lerobot/policyFolder.js';

export interface FolderFacts {
  readonly kind: 'run' | 'data set' | 'LeRobot policy' | 'other';
  /** As a message continues after its path. */
  readonly text: string;
  /** In its order of the alphabet. */
  readonly names: readonly string[];
}

interface Known {
  readonly kind: FolderFacts['kind'];
  readonly text: string;
  /** One of them is in such a folder. */
  readonly keys: readonly string[];
}

/** Asked in this order. */
const KNOWN: readonly Known[] = [
  { kind: 'data set', text: 'is a LeRobot data set', keys: ['meta/info.json'] },
  {
    kind: 'data set',
    text: 'is a zarr data set',
    keys: [
      '.zgroup',
      'zarr.json',
      'data/.zgroup',
      'meta/episode_ends/.zarray',
      'meta/episode_ends/zarr.json',
    ],
  },
  {
    kind: 'run',
    text: 'is the folder of a training run',
    keys: ['.hydra/config.yaml', 'logs.json.txt', 'regrip.json', 'checkpoints'],
  },
];

/** Undefined where no folder is at the path. */
export async function folderFacts(path: string): Promise<FolderFacts | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return undefined;
  const names = (await readdir(path).catch((): string[] => [])).sort();
  if ((await findPolicyFolder(path).catch(() => undefined)) !== undefined)
    return { kind: 'LeRobot policy', text: 'is the folder of a LeRobot policy', names };
  for (const { kind, text, keys } of KNOWN)
    for (const key of keys) if (await isThere(join(path, key))) return { kind, text, names };
  return { kind: 'other', text: 'is a folder', names };
}

/** Why it is not `wanted`, as a message continues after the folder's path. */
export function notThis({ kind, text, names }: FolderFacts, wanted: string): string {
  if (kind !== 'other') return `${text}, not ${wanted}`;
  const holds = names.length === 0 ? 'it is empty' : `it holds ${firstFew(names.map(shownName))}`;
  return `${text}, not ${wanted}: ${holds}`;
}
