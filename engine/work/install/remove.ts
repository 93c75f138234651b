/** Removes an installed engine: only the files that its install wrote. */
import { existsSync } from 'node:fs';
import { readdir, realpath, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bindingPath, type EngineFlavour, engineFolder, isInstalled } from '../../base/engineHome.js';
import { WorkError } from '../workError.js';
import { bytesOf, filesBelow, MANIFEST, readManifest } from './manifest.js';
import { removeAbandoned, stagingFolder } from './staging.js';
import { usersOf } from './users.js';
import { wheelCache } from './wheel.js';
import { COMPILER_WHEEL, ENGINE_PARTS } from './wheels.js';

export interface Removed {
  readonly folder: string;
  /** Bytes freed. */
  readonly bytes: number;
  /** Files in the folder that the installer did not write; they are kept, and the folder with them. */
  readonly kept: readonly string[];
}

/**
 * Removes the engine of `flavour`; undefined when there is none. Throws `engine-in-use` while a process has it loaded and
 * `engine-unknown` when the folder has no list of what was installed.
 */
export async function removeEngine(
  home: string,
  flavour: EngineFlavour,
  users: (folder: string) => Promise<number[]> = usersOf,
): Promise<Removed | undefined> {
  const folder = engineFolder(home, flavour);
  await removeAbandoned(home, basename(folder));
  // A folder without a binding or a list holds what an earlier removal kept.
  if (!isInstalled(home, flavour) && !existsSync(join(folder, MANIFEST))) return undefined;
  const installed = await readManifest(folder);
  await refuseInUse(folder, users);
  const files = await filesBelow(folder);
  const kept = files.filter((file) => !installed.has(file));
  const ours = files.filter((file) => installed.has(file));
  const bytes = await bytesOf(folder, ours);
  if (kept.length === 0) await removeWhole(home, folder);
  else await removeFiles(folder, ours);
  return { folder, bytes, kept };
}

/** The kernel reports the real path, whatever links lead to it. */
async function refuseInUse(folder: string, users: (folder: string) => Promise<number[]>): Promise<void> {
  const pids = await users(await realpath(folder));
  if (pids.length === 0) return;
  throw new WorkError({
    code: 'engine-in-use',
    message: `${folder} is in use by ${pids.length === 1 ? 'process' : 'processes'} ${pids.join(', ')}`,
    hint: 'wait for the training to end or stop it, then run the command again',
  });
}

/** Renamed first, so that a starting process never finds half an engine; the next install or removal clears what a kill leaves. */
async function removeWhole(home: string, folder: string): Promise<void> {
  const going = stagingFolder(home, basename(folder));
  await rename(folder, going);
  await rm(going, { recursive: true });
}

/** The binding is removed first: without it the folder no longer counts as an engine. */
async function removeFiles(folder: string, files: readonly string[]): Promise<void> {
  await rm(bindingPath(folder), { force: true });
  for (const file of files) await unlink(join(folder, file)).catch(ignoreAbsent);
  await removeEmptyFolders(folder);
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

async function removeEmptyFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeEmptyFolders(join(folder, entry.name));
  }
  if ((await readdir(folder)).length === 0) await rmdir(folder);
}

/** Removes the pinned wheels from the cache; undefined when there are none. */
export async function removeCachedWheels(env: NodeJS.ProcessEnv): Promise<Removed | undefined> {
  const folder = wheelCache(env);
  const pinned = [...ENGINE_PARTS.cpu.wheels, ...ENGINE_PARTS.cuda12.wheels, COMPILER_WHEEL];
  const files = pinned.map(({ file }) => file).filter((file) => existsSync(join(folder, file)));
  if (files.length === 0) return undefined;
  const bytes = await bytesOf(folder, files);
  for (const file of files) await unlink(join(folder, file));
  return { folder, bytes, kept: [] };
}
