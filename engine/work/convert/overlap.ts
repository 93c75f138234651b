/** Recordings are only read: an output that lies in them, or they in it, is refused, whatever links lead there. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../../base/errors.js';
import { foldersAbove, identityOf, liesIn } from '../../base/places.js';
import { ConvertError } from './convertError.js';
import type { ConvertOptions } from './options.js';

type Places = Pick<ConvertOptions, 'input' | 'output' | 'signal'>;

/** Throws before anything is made. */
export async function refuseOverlap({ input, output, signal }: Places): Promise<void> {
  const above = await foldersAbove(output);
  const within = (await isAmong(above, input)) ? input : await recordingAround(above, input, signal);
  if (within !== undefined) throw overlap(output, `the output lies in the recordings (${within})`);
  if (await liesIn(input, output)) throw overlap(output, `the recordings (${input}) lie in the output`);
}

/** How deep folders are looked for whose links lead elsewhere: an episode may be one, or what it keeps its frames in. */
const LEVELS = 3;

async function recordingAround(
  above: ReadonlySet<string>,
  folder: string,
  signal: AbortSignal | undefined,
  levels = LEVELS,
): Promise<string | undefined> {
  throwIfAborted(signal);
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  for (const entry of entries) {
    if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
    const path = join(folder, entry.name);
    if (await isAmong(above, path)) return path;
    const within = levels > 1 ? await recordingAround(above, path, signal, levels - 1) : undefined;
    if (within !== undefined) return within;
  }
  return undefined;
}

async function isAmong(above: ReadonlySet<string>, path: string): Promise<boolean> {
  const identity = await identityOf(path);
  return identity !== undefined && above.has(identity);
}

function overlap(output: string, found: string): ConvertError {
  return new ConvertError('output-exists', output, found, 'Choose an output outside the recordings.');
}
