/** What an output may replace: a regular file, and only when that is asked for; anything else is refused by name. */
import type { Stats } from 'node:fs';
import { lstat, mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DiskError, diskError, onDisk } from './diskErrors.js';
import { RegripError } from './errors.js';
import { linkTarget } from './places.js';
import { quoted } from './shell.js';

export interface OutputRules {
  readonly overwrite: boolean;
  /** Code of the error for a file that is there. */
  readonly existsCode: string;
}

/** Throws before anything is written. Resolves to a note for a person where what is replaced is not what it seems. */
export async function checkOutputFile(path: string, rules: OutputRules): Promise<string | undefined> {
  await requireFolder(dirname(path));
  const link = await linkTarget(path);
  const found = link === undefined ? await lookAt(path) : await behindLink(path, link);
  if (found === undefined) return undefined;
  if (!found.isFile()) throw refused(rules.existsCode, path, `is ${kindOf(found)}, and is not replaced`);
  if (!rules.overwrite)
    throw new RegripError({
      code: rules.existsCode,
      file: path,
      message: 'the file exists',
      hint: 'Choose another name, or add --overwrite.',
    });
  return link === undefined
    ? undefined
    : `${path} is a link to ${link}: the link is replaced, that file stays as it is`;
}

/** What the name stands for, links followed; undefined when there is none. Throws `DiskError`. */
async function lookAt(path: string): Promise<Stats | undefined> {
  return onDisk(path, () =>
    lstat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    }),
  );
}

/** Throws where the link leads nowhere: something else may be about to appear there. */
async function behindLink(path: string, link: string): Promise<Stats> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (!(found instanceof Error)) return found;
  if (found.code === 'ELOOP') throw new DiskError('ELOOP', path, found);
  throw new RegripError({
    code: 'output-link',
    file: path,
    message: `is a link to ${link}, which is not there`,
    hint: 'remove the link, mend it, or name the file itself',
  });
}

/** Throws what keeps a file from being made there. */
async function requireFolder(folder: string): Promise<void> {
  const found = await onDisk(folder, () =>
    stat(folder).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? noFolder(folder, error) : error;
    }),
  );
  if (!found.isDirectory()) throw new DiskError('ENOTDIR', folder, undefined);
}

/** The folder itself is to be made, not the one in which it would lie. */
function noFolder(folder: string, cause: unknown): RegripError {
  return new RegripError({
    code: 'disk-enoent',
    file: folder,
    message: 'is not there (ENOENT), and the output would lie in it',
    hint: `correct the path, or make it: mkdir -p ${quoted(folder)}`,
    cause,
  });
}

/** Makes an output's folder with those above it; resolves to the first that was made. Throws where something else bears its name. */
export async function makeFolders(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true });
  } catch (error) {
    const link = await linkTarget(path);
    if (link !== undefined) await behindLink(path, link);
    const isTaken = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw isTaken ? new DiskError('ENOTDIR', path, error) : diskError(error, path);
  }
}

/** From `folder` up to `made`, as far as they are empty. */
export async function removeEmptyFolders(folder: string, made: string): Promise<void> {
  for (let at = folder; at.startsWith(made); at = dirname(at)) {
    const isGone = await rmdir(at).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

/** With its article. */
export function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a named pipe';
  if (found.isSocket()) return 'a socket';
  if (found.isBlockDevice() || found.isCharacterDevice()) return 'a device';
  return 'no regular file';
}

function refused(code: string, file: string, message: string): RegripError {
  return new RegripError({ code, file, message, hint: 'Choose another name, or remove it yourself.' });
}
