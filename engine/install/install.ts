/** Installs libtensorflow into the engine folder: fetch, unpack and build beside it, then one rename. */

import { mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { engineFolder, isInstalled } from '../backend/home.js';
import { isAlive } from '../base/process.js';
import { buildBinding, proveBinding } from './build.js';
import { InstallImpossible } from './errors.js';
import { extractTensorFlow } from './extract.js';
import {
  checkPlatform,
  findRequirements,
  type Platform,
  type Requirements,
  thisPlatform,
} from './requirements.js';
import { cachedWheel, downloadWheel, verifyWheel, wheelCache } from './wheel.js';
import { fetchCompiler, ZIG_NOTE, zigEnvironment } from './zig.js';

export interface InstallOptions {
  /** The folder of engines. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** A wheel that is already here, for machines without a network. */
  readonly wheel?: string | undefined;
  /** Lines that stay. */
  readonly log: (text: string) => void;
  /** A line that is rewritten. */
  readonly progress: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly platform?: Platform;
}

export interface InstallResult {
  readonly folder: string;
  /** `already`: it was whole, or another install finished first. */
  readonly outcome: 'installed' | 'already';
  readonly seconds: number;
}

const NEEDED_BYTES = 900e6; // wheel 214 MB, libraries 632 MB, headers and binding

/**
 * Leaves a whole engine at `<home>/<version>-cpu`, or nothing. Safe to repeat and to run twice at a time.
 * Throws InstallImpossible (this machine lacks something) or InstallFailed (a step went wrong).
 */
export async function installEngine(options: InstallOptions): Promise<InstallResult> {
  const started = Date.now();
  const folder = engineFolder(options.home, 'cpu');
  const done = (outcome: InstallResult['outcome']): InstallResult => ({
    folder,
    outcome,
    seconds: (Date.now() - started) / 1000,
  });
  await removeAbandoned(options.home, folder);
  if (isInstalled(options.home, 'cpu')) return done('already');
  checkPlatform(options.platform ?? thisPlatform());
  const cache = wheelCache(options.env);
  const cached = options.wheel ?? (await cachedWheel(cache));
  const { pip, compiler } = await findRequirements(cached === undefined, options.env, options.signal);
  await mkdir(options.home, { recursive: true });
  await checkSpace(options.home);

  const wheel = cached ?? (await downloadWheel(cache, { ...options, pip: pip! }));
  if (options.wheel !== undefined) await verifyWheel(options.wheel);
  const staging = stagingFolder(folder);
  try {
    await extractTensorFlow(wheel, staging, options.progress, options.signal);
    await build(staging, { pip, compiler }, options);
    const outcome = await moveIntoPlace(staging, folder, options.home);
    if (cached === undefined) await rm(wheel, { force: true });
    return done(outcome);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Leaves the binding in `staging`, and nothing that only the build needed. */
async function build(
  staging: string,
  { pip, compiler }: Requirements,
  options: InstallOptions,
): Promise<void> {
  const zig = join(staging, 'zig');
  if (compiler === undefined) {
    options.log(ZIG_NOTE);
    const fetched = await fetchCompiler(zig, pip!, options.env, options.signal);
    await buildBinding(staging, fetched, { ...options.env, ...zigEnvironment(zig) }, options.signal);
  } else {
    options.progress('building the binding');
    await buildBinding(staging, compiler, options.env, options.signal);
  }
  await proveBinding(staging, options.signal);
  await rm(join(staging, 'deps', 'include'), { recursive: true });
  await rm(zig, { recursive: true, force: true });
}

/** Two installs at a time each fill a folder of their own; the second to finish finds the place taken and gives way. */
async function moveIntoPlace(
  staging: string,
  folder: string,
  home: string,
): Promise<InstallResult['outcome']> {
  if (!isInstalled(home, 'cpu')) await rm(folder, { recursive: true, force: true }); // a half one, made by hand
  try {
    await rename(staging, folder);
    return 'installed';
  } catch (error) {
    if (isInstalled(home, 'cpu')) return 'already';
    throw error;
  }
}

function stagingFolder(folder: string): string {
  return join(folder, '..', `.${basename(folder)}.${hostname()}.${process.pid}.tmp`);
}

const ABANDONED_AFTER_MS = 24 * 3600e3; // from a host that this one cannot ask: far longer than an install takes

/** Removes what killed installs left beside `folder`: of this host when the process is gone, of others after a day. */
async function removeAbandoned(home: string, folder: string): Promise<void> {
  const start = `.${basename(folder)}.`;
  const names = await readdir(home).catch(() => []);
  for (const name of names.filter((entry) => entry.startsWith(start) && entry.endsWith('.tmp'))) {
    const path = join(home, name);
    const [pid, ...host] = name.slice(start.length, -'.tmp'.length).split('.').reverse();
    const ours = host.reverse().join('.') === hostname();
    if (ours ? !isAlive(Number(pid)) : await isOld(path)) await rm(path, { recursive: true, force: true });
  }
}

async function isOld(path: string): Promise<boolean> {
  return Date.now() - (await stat(path)).mtimeMs > ABANDONED_AFTER_MS;
}

async function checkSpace(home: string): Promise<void> {
  const { bavail, bsize } = await statfs(home);
  if (bavail * bsize >= NEEDED_BYTES) return;
  throw new InstallImpossible(
    `${home} has ${Math.round((bavail * bsize) / 1e6)} MB free, TensorFlow needs ${NEEDED_BYTES / 1e6} MB`,
    'free some space, or set REGRIP_ENGINE_HOME to a folder on a larger disk',
  );
}
