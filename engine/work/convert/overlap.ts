/** Recordings are only read: an output that lies in them, or they in it, is refused, whatever links lead there. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { foldersAbove, identityOf, liesIn } from '../../base/places.js';
import { ConvertError } from './convertError.js';
import type { ConvertOptions } from './options.js';

type Places = Pick<ConvertOptions, 'input' | 'output'>;

/** Throws before anything is made. */
export async function refuseOverlap({ input, output }: Places): Promise<void> {
  const above = await foldersAbove(output);
  const within = (await isAmong(above, input)) ? input : await recordingAround(above, input);
  if (within !== undefined) throw overlap(output, `the output lies in the recordings (${within})`);
  if (await liesIn(input, output)) throw overlap(output, `the recordings (${input}) lie in the output`);
}

/** An episode, or its frames, may be a link to elsewhere. */
async function recordingAround(above: ReadonlySet<string>, input: string): Promise<string | undefined> {
  const names = await readdir(input).catch((): string[] => []);
  for (const name of names.filter((one) => one.startsWith('episode_')))
    for (const part of ['', 'images', 'Images']) {
      const path = join(input, name, part);
      if (await isAmong(above, path)) return path;
    }
  return undefined;
}

async function isAmong(above: ReadonlySet<string>, path: string): Promise<boolean> {
  const identity = await identityOf(path);
  return identity !== undefined && above.has(identity);
}

function overlap(output: string, found: string): ConvertError {
  return new ConvertError('output-exists', output, found, 'Choose an output beside the recordings.');
}
