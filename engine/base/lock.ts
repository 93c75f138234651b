/** A lock file that at most one living process holds; one left by a killed process is taken over. */
import { link, lstat, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { besideName } from './atomic.js';
import { RegripError } from './errors.js';
import { isSameAlive, machineOf, markOf, type ProcessMark } from './process.js';
import { quoted } from './shell.js';

const LOOK_EVERY_MS = 10;

export interface Lock {
  release(): Promise<void>;
}

/** Who holds a lock, as far as its file says. */
export interface LockHolder extends ProcessMark {
  /** Where the pid is valid; a holder elsewhere is assumed to be alive, since that cannot be seen from here. */
  readonly machine?: string;
  readonly host?: string;
  /** What the holder does and since when, for a person. */
  readonly job?: string;
  readonly since?: string;
}

/** The lock, or the process that holds it. `about` is written beside the process, for whom `mode` lets read it. */
export async function takeLock(
  path: string,
  about: Omit<LockHolder, 'pid'> = {},
  mode = 0o600,
): Promise<Lock | LockHolder> {
  const mine = JSON.stringify({ ...markOf(process.pid), ...about });
  const temporary = besideName(path);
  try {
    await writeFile(temporary, mine, { mode });
    while (!(await placed(temporary, path, mine, mode))) {
      const text = await contentOf(path);
      if (text === undefined) continue; // released meanwhile
      const holder = parseHolder(text);
      if (holder !== undefined && isHeld(holder)) return holder;
      if (text === '' && (await ageOf(path)) < EMPTY_MS) await wait(LOOK_EVERY_MS);
      else await removeStale(path, text, temporary);
    }
  } finally {
    await rm(temporary, { force: true });
  }
  return {
    release: async () => {
      if ((await readFile(path, 'utf8').catch(() => undefined)) === mine) await rm(path, { force: true });
    },
  };
}

/** The codes that reading a name that has just disappeared can give. */
const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ESTALE']);

/** Undefined where the file is gone. Throws where it exists but can't be read: waiting would never end. */
async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const found = await lstat(path).catch(() => undefined);
    const isGone = GONE.has((error as NodeJS.ErrnoException).code) && found?.isSymbolicLink() !== true;
    if (!isGone) throw unreadable(path, error as Error);
    return undefined;
  }
}

/** Usually the lock of another user who shares the folder. */
function unreadable(path: string, cause: Error): RegripError {
  return new RegripError({
    code: 'lock-unreadable',
    file: path,
    message: `is a lock file that cannot be read (${cause.message}), so its holder is unknown`,
    hint: `find out who owns it (ls -l ${quoted(path)}) and ask whether their job is still running; if not, remove it: rm ${quoted(path)}`,
    cause,
  });
}

function isHeld(holder: LockHolder): boolean {
  if (holder.machine !== undefined && holder.machine !== machineOf()) return true;
  return isSameAlive(holder);
}

/** Makes the name appear together with its content, and only where it did not exist. */
async function placed(from: string, to: string, text: string, mode = 0o600): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    // A network drive may have made the link and lost its answer.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      return (await stat(from)).nlink > 1 && isOne(from, to);
  }
  // File systems without hard links (FAT, some network drives) report that in many ways; where the cause is another, this fails too.
  return created(to, text, mode);
}

async function isOne(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([lstat(a), lstat(b).catch(() => undefined)]);
  return one.ino === other?.ino && one.dev === other.dev;
}

/** Without links the name comes first and its content right after it. */
async function created(path: string, text: string, mode: number): Promise<boolean> {
  const file = await open(path, 'wx', mode).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (file === undefined) return false;
  try {
    await file.writeFile(text).finally(() => file.close());
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
  // We wrote so late that another process took the empty file for abandoned: the lock is theirs.
  return text === '' || (await readFile(path, 'utf8').catch(() => undefined)) === text;
}

/** A name whose content is about to follow. */
const EMPTY_MS = 1000;
/** Far above the two file calls that are made under the guard. */
const GUARD_MS = 5000;

/**
 * One process at a time, under a guard: otherwise one that looked earlier could remove the lock that another has just taken. A guard left
 * by a process that was killed at that moment is removed once it is old enough.
 */
async function removeStale(path: string, stale: string, temporary: string): Promise<void> {
  const guard = `${path}.guard`;
  if (await placed(temporary, guard, '')) {
    if ((await readFile(path, 'utf8').catch(() => undefined)) === stale) await rm(path, { force: true });
    await rm(guard, { force: true });
    return;
  }
  if ((await ageOf(guard)) > GUARD_MS) await rm(guard, { force: true });
  await wait(LOOK_EVERY_MS);
}

/** 0 for what is gone. */
async function ageOf(path: string): Promise<number> {
  const since = (await stat(path).catch(() => undefined))?.ctimeMs;
  return since === undefined ? 0 : Date.now() - since;
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<LockHolder>;
    return typeof holder.pid === 'number' ? (holder as LockHolder) : undefined;
  } catch {
    return undefined;
  }
}
