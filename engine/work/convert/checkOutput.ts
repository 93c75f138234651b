/** What a conversion may replace: only a data set, and only when that is asked for. */
import { lstat, readdir, rm, stat } from 'node:fs/promises';
import { onDisk } from '../../base/diskErrors.js';
import { kindText } from '../../base/outputFile.js';
import { linkTarget } from '../../base/places.js';
import { ConvertError } from './convertError.js';
import type { ConvertOptions } from './options.js';
import { isWorkFolder, partialPath } from './workFolder.js';

/** Refuses what would lose data, before anything is read. Resolves to what the user should know about the output's name. */
export async function checkOutput(options: ConvertOptions): Promise<string | undefined> {
  const { output, resume, overwrite } = options;
  const partial = partialPath(output);
  const link = await linkTarget(output);
  const isThere = await requireReplaceable(output, link);
  if (isThere) {
    if (resume && (await isPublished(partial))) await rm(partial, { recursive: true });
    if (!overwrite) throw refusal(output, 'the output exists', 'Give another name or --overwrite.');
    await requireDataSet(output);
  }
  await checkPartial(partial, options);
  return link === undefined
    ? undefined
    : `${output} is a link to ${link}: the link is replaced, that folder stays as it is`;
}

/** Whether there is something; throws where it can never be replaced. */
async function requireReplaceable(output: string, link: string | undefined): Promise<boolean> {
  const found = await onDisk(output, () => stat(output).catch(absent));
  if (found === undefined && link === undefined) return false;
  if (found === undefined)
    throw refusal(
      output,
      `the output is a link to ${link}, which is not there`,
      'Remove or repair the link, or name the folder itself.',
    );
  if (found.isDirectory()) return true;
  const what = found.isFile() ? 'a file' : kindText(found);
  throw refusal(output, `the output is ${what}, so it is not replaced`, BY_HAND);
}

const BY_HAND = 'Give another name, or remove it yourself.';

/** Whatever else lies beside a data set would be lost with it. */
async function requireDataSet(output: string): Promise<void> {
  const names = await readdir(output);
  if (!names.includes('.zgroup'))
    throw refusal(output, 'the output exists and is not a zarr folder, so it is not replaced', BY_HAND);
  const others = names.filter((name) => !DATA_SET_NAMES.has(name)).sort();
  if (others.length === 0) return;
  const found = `the output holds ${others.slice(0, 3).join(', ')} beside the data set, so it is not replaced`;
  throw refusal(output, found, 'Move that elsewhere, or give another name.');
}

const DATA_SET_NAMES: ReadonlySet<string> = new Set(['.zgroup', '.zattrs', '.zmetadata', 'data', 'meta']);

async function checkPartial(partial: string, { resume, overwrite }: ConvertOptions): Promise<void> {
  const found = await onDisk(partial, () => lstat(partial).catch(absent));
  if (found === undefined) return;
  if (!found.isDirectory() || !(await isWorkFolder(partial)))
    throw refusal(
      partial,
      'this name is needed for the unfinished data set, but something else is there',
      BY_HAND,
    );
  if (resume || overwrite) return;
  const hint = 'Continue with --resume, or start again with --overwrite.';
  throw new ConvertError('unfinished', partial, 'an unfinished conversion of this output is here', hint);
}

/** Killed after the output had its name, before the work folder was removed. */
async function isPublished(partial: string): Promise<boolean> {
  const names = await readdir(partial).catch(() => undefined);
  return names !== undefined && !names.includes('zarr');
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function refusal(file: string, message: string, hint: string): ConvertError {
  return new ConvertError('output-exists', file, message, hint);
}
