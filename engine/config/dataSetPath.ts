/** The data set that a training config names, as an absolute path. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { at, type PlainMap } from '../base/plain.js';
import { ConfigError } from './configError.js';
import { startFolder } from './startFolder.js';

/** The first that is set is what the training opens. */
export const DATA_SET_PLACES = [
  ['task', 'dataset', 'zarr_path'],
  ['task', 'dataset', 'dataset_path'],
  ['task', 'dataset_path'],
] as const;

/** The path passed to the training's dataset class, else `task.dataset_path`; a relative one is resolved against the folder where training starts. */
export async function dataSetPath(resolved: PlainMap, primary: string): Promise<string> {
  return resolve(await startFolder(primary), withHome(writtenDataSet(resolved, primary)));
}

/** `~/data.zarr` as upstream's replay buffers open it. */
export function withHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}

/** The same path as written in the config `file`. */
export function writtenDataSet(resolved: PlainMap, file: string): string {
  for (const place of DATA_SET_PLACES) {
    const value = at(resolved, place);
    if (typeof value === 'string' && value !== '') return value;
  }
  throw new ConfigError({
    code: 'no-data-set',
    file,
    message: `does not name a data set (looked at ${DATA_SET_PLACES.map((place) => place.join('.')).join(', ')})`,
    hint: 'Set task.dataset_path to the zarr folder that regrip convert wrote.',
  });
}
