/** Whether a folder holds CogAct recordings: episodes are told by the files in them, not by their names. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { throwPassing } from '../../base/diskErrors.js';
import { throwIfAborted } from '../../base/errors.js';
import { firstFew } from '../../base/firstFew.js';
import { isThere } from '../../base/isThere.js';
import { shownName } from '../../base/shown.js';
import type { Recognition } from '../recording.js';
import { ARRAYS, episodeFolders, META } from './folders.js';

export const RECOGNISED_BY = `folders episode_0000, episode_0001, … that hold ${ARRAYS} or ${META}`;

/** One such episode is enough: a recorder that was stopped leaves some that are not whole. */
export async function recognise(input: string, signal?: AbortSignal): Promise<Recognition> {
  const entries = await readdir(input, { withFileTypes: true }).catch((error: unknown) => {
    throwPassing(error, input);
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? 'a file' : 'a folder that cannot be read';
  });
  if (typeof entries === 'string') return { isOurs: false, found: entries };
  const folders = episodeFolders(input, entries);
  for (const { path } of folders) {
    throwIfAborted(signal);
    if ((await isThere(join(path, ARRAYS))) || (await isThere(join(path, META)))) return { isOurs: true };
  }
  if (folders.length > 0)
    return { isOurs: false, found: `${firstFew(namesOf(folders))} without either of these files` };
  const found = entries.length === 0 ? 'an empty folder' : `only ${firstFew(namesOf(entries))}`;
  const isNested = entries.some(({ name }) => name === 'trajectories');
  return { isOurs: false, found, ...(isNested && { hint: `Give ${join(input, 'trajectories')}.` }) };
}

function namesOf(entries: readonly { readonly name: string }[]): string[] {
  return entries.map(({ name }) => shownName(name)).sort();
}
