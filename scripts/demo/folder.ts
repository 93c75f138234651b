/** The demo's output folder: only one that the demo made itself is ever emptied. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../engine/base/errors.js';

/** Says that everything in the folder came from the demo. */
const MARK = '.regrip-demo';

/** Empties the folder of an earlier demo, or keeps what is done in it. Throws on a folder that holds anything else. */
export async function prepareFolder(folder: string, keep: boolean, what: string): Promise<void> {
  const found = await readdir(folder).catch((): string[] => []);
  if (found.length > 0 && !found.includes(MARK))
    throw new UsageError(
      `${folder} holds files that the demo did not make`,
      'choose another folder with --out',
    );
  if (!keep) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, MARK), `${what}\n`);
}
