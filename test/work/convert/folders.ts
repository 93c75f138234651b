/** Folders of the conversion tests: the reference recordings, a private copy, a listing of all bytes. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConvertOptions } from '../../../engine/work/convert/options.js';

export const REFERENCE = fileURLToPath(new URL('../../fixtures/reference', import.meta.url));
export const MINI = join(REFERENCE, 'cogact-mini');

export function options(change: Partial<ConvertOptions>): ConvertOptions {
  return {
    input: MINI,
    output: '',
    resolution: { width: 32, height: 18 },
    startEpisode: undefined,
    maxEpisodes: undefined,
    compressor: 'blosc',
    compressionLevel: 5,
    gripper: true,
    resume: false,
    overwrite: false,
    ...change,
  };
}

/** SHA-256 of every file under `folder`, by relative path. */
export async function fileHashes(folder: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    if ((await stat(path)).isFile())
      hashes[name] = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
  }
  return hashes;
}
