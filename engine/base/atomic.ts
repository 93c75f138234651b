/** Writing without loss: beside the target, flushed to disk, then renamed over it. */
import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { diskError } from './diskErrors.js';
import { RegripError } from './errors.js';
import { isAlive, machineOf } from './process.js';

/** What our own additions leave of the 255 bytes that a name may have. */
const MAX_KEPT_NAME = 200;

/** `.NAME` + `suffix` in the folder of `target`, short enough for every file system; different targets have different ones. */
export function hiddenName(target: string, suffix: string): string {
  const name = basename(target);
  const isLong = Buffer.byteLength(name) > MAX_KEPT_NAME;
  const kept = isLong ? `${name.slice(0, MAX_KEPT_NAME / 4)}~${hashOf(name)}` : name;
  return join(dirname(target), `.${kept}${suffix}`);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** A sibling of `target` that no reader mistakes for it and no other writer uses. */
export function besideName(target: string): string {
  const unique = `${hashOf(machineOf())}${randomBytes(4).toString('hex')}`;
  return hiddenName(target, `.${process.pid}-${unique}.tmp`);
}

/** What `besideName` makes: the process, and the machine on which it runs. */
const BESIDE = /^\..+\.(\d+)-([0-9a-f]{8})?[0-9a-f]{8}\.tmp$/;
export function isBesideName(name: string): boolean {
  return BESIDE.test(name);
}

/** No writer goes this long without adding to its file. */
const ABANDONED_MS = 24 * 3600 * 1000;

/** Removes what a process that has died was writing beside its targets in `folder`. Does nothing where the folder does not exist. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    const found = BESIDE.exec(name);
    if (found === null || isAlive(Number(found[1]))) continue;
    const path = join(folder, name);
    // The processes of another machine that shares the folder cannot be seen from here.
    const isOurs = found[2] === undefined || found[2] === hashOf(machineOf());
    // A file that we may not remove stays: cleaning up must not fail the job at hand.
    if (isOurs || (await isAbandoned(path)))
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS;
}

/**
 * Lets `write` fill a new file beside `target` and renames it over `target` once its bytes are on disk.
 * When `write` throws, `target` is as it was and the new file is gone. What the system refuses becomes an error about `target`.
 */
export async function writeFileAtomic(
  target: string,
  write: (file: FileHandle) => Promise<void>,
  mode = 0o644,
): Promise<void> {
  try {
    await writeBeside(target, write, mode);
  } catch (error) {
    throw diskError(error, target);
  }
  await syncFolder(dirname(target)).catch((error: unknown) => {
    throw notFlushed(target, error);
  });
}

/** What was written is there and complete, so the write itself did not fail. */
function notFlushed(target: string, cause: unknown): RegripError {
  return new RegripError({
    code: 'disk-not-flushed',
    file: target,
    message: `is written and complete, but its folder could not be flushed to disk (${(cause as Error).message}); after a power cut the previous file could reappear`,
    hint: 'check the disk (dmesg), then run sync',
    cause,
  });
}

async function writeBeside(
  target: string,
  write: (file: FileHandle) => Promise<void>,
  mode: number,
): Promise<void> {
  const temporary = besideName(target);
  const file = await open(temporary, 'wx', mode);
  try {
    await write(file);
    await file.sync();
    await file.close();
    await rename(temporary, target);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Makes a folder only where its parent exists, so that a run folder that was removed does not come back half filled. */
export async function makeSubfolder(path: string): Promise<void> {
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw diskError(error, path);
  });
}

/** These codes mean that folders cannot be flushed here (each network file system has its own) or may not be opened, not that the disk failed. */
const NO_FOLDER_SYNC: ReadonlySet<string | undefined> = new Set([
  ...['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR', 'ENOSYS', 'EBADF', 'EROFS', 'EACCES', 'EPERM'],
]);

/** Flushes a folder's entries, so that a rename in it survives a power cut. Not possible on every platform. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (!NO_FOLDER_SYNC.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}
