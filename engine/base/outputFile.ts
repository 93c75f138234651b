/** What an output may replace: a regular file, and only on request; anything else is refused with its kind. */
import type { Stats } from 'node:fs';
import { lstat, mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DiskError, diskError, inFolder, onDisk } from './diskErrors.js';
import { RegripError } from './errors.js';
import { linkTarget } from './places.js';

interface OutputRules {
  readonly overwrite: boolean;
  /** Code of the error for a file that already exists. */
  readonly existsCode: string;
}

/** Throws before anything is written. Resolves to a note for a person where the output is a link, which is replaced itself. */
export async function checkOutputFile(path: string, rules: OutputRules): Promise<string | undefined> {
  await requireParent(path);
  const link = await linkTarget(path);
  const found = link === undefined ? await lookAt(path) : await behindLink(path, link);
  if (found === undefined) return undefined;
  if (!found.isFile())
    throw refused(rules.existsCode, path, `is ${kindText(found)} and will not be replaced`);
  if (!rules.overwrite)
    throw new RegripError({
      code: rules.existsCode,
      file: path,
      message: 'the file already exists',
      hint: 'Choose another name, or add --overwrite.',
    });
  return link === undefined
    ? undefined
    : `${path} is a link to ${link}: the link will be replaced and that file left unchanged`;
}

/** What has the name, a link itself; undefined when there is none. Throws `DiskError`. */
export async function lookAt(path: string): Promise<Stats | undefined> {
  return onDisk(path, () =>
    lstat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    }),
  );
}

/** Throws where the link's target does not exist: something may be about to appear there. */
async function behindLink(path: string, link: string): Promise<Stats> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (!(found instanceof Error)) return found;
  if (found.code === 'ELOOP') throw new DiskError('ELOOP', path, found);
  throw new RegripError({
    code: 'output-link',
    file: path,
    message: `is a link to ${link}, which does not exist`,
    hint: 'remove the link, fix it, or name the file itself',
  });
}

/** Throws when nothing can be created there, because what the name lies in is not a folder. */
export async function requireParent(path: string): Promise<void> {
  const folder = dirname(path);
  const found = await inFolder(folder, () => stat(folder));
  if (!found.isDirectory()) throw new DiskError('ENOTDIR', folder, undefined);
}

/**
 * Makes an output's folder with those above it; resolves to the first that was made. Throws where something that is not a folder has its
 * name. One by one: Node's own recursion reports a missing path on a read-only disk, and loops for ever, deaf to signals, where the file system keeps reporting that (/proc, automounted homes).
 */
export async function makeFolders(path: string): Promise<string | undefined> {
  const refusal = await refusalToMake(path);
  if (refusal === undefined) return path;
  if (refusal.code === 'ENOENT' && dirname(path) !== path && (await lookAt(path)) === undefined)
    return makeWithAbove(path);
  const link = await linkTarget(path);
  const found = link === undefined ? await lookAt(path) : await behindLink(path, link);
  if (found?.isDirectory() === true) return undefined;
  throw found === undefined ? diskError(refusal, path) : new DiskError('ENOTDIR', path, refusal);
}

async function makeWithAbove(path: string): Promise<string | undefined> {
  const first = await makeFolders(dirname(path));
  const refusal = await refusalToMake(path);
  if (refusal === undefined) return first ?? path;
  if (refusal.code === 'EEXIST') return first; // another process was faster
  if (first !== undefined) await removeEmptyFolders(dirname(path), first);
  throw refusal.code === 'ENOENT'
    ? new DiskError('ENOENT', path, refusal, NO_FOLDERS)
    : diskError(refusal, path);
}

const NO_FOLDERS = 'folders cannot be created on this file system: choose an output elsewhere';

function refusalToMake(path: string): Promise<NodeJS.ErrnoException | undefined> {
  return mkdir(path).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
}

/** Removes the folders from `folder` up to `made`, as far as they are empty. */
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
export function kindText(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a named pipe';
  if (found.isSocket()) return 'a socket';
  if (found.isBlockDevice() || found.isCharacterDevice()) return 'a device';
  return 'not a regular file';
}

function refused(code: string, file: string, message: string): RegripError {
  return new RegripError({ code, file, message, hint: 'Choose another name, or remove it yourself.' });
}
