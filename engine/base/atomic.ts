/** Writing without loss: beside the target, flushed to disk, then renamed over it. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from './process.js';

/** A sibling of `target` that no reader takes for it and no second writer shares. */
export function besideName(target: string): string {
  return join(dirname(target), `.${basename(target)}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
}

/** What `besideName` makes; the process is the first group. */
const BESIDE = /^\..+\.(\d+)-[0-9a-f]{8}\.tmp$/;

/** Removes the files of `folder` that a process which is gone was writing beside their targets. No folder, nothing to remove. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    const pid = BESIDE.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

/**
 * Lets `write` fill a new file beside `target` and renames it over `target` once its bytes are on disk.
 * When `write` throws, `target` is as it was and the new file is gone.
 */
export async function writeFileAtomic(
  target: string,
  write: (file: FileHandle) => Promise<void>,
  mode = 0o644,
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
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

/** Flushes a folder's entries, so that a rename in it survives a power cut. Not possible on every platform. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
