/** A file that at most one living process holds; what a killed one left is taken over. */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { besideName } from '../base/atomic.js';
import { isSameAlive, markOf, type ProcessMark } from '../base/process.js';

export interface Lock {
  release(): Promise<void>;
}

/** The lock, or the process that holds it. */
export async function takeLock(path: string): Promise<Lock | ProcessMark> {
  const mine = JSON.stringify(markOf(process.pid));
  const temporary = besideName(path);
  await writeFile(temporary, mine, { mode: 0o600 });
  try {
    // A name appears with its content at once, and only if there was none.
    while (!(await linked(temporary, path))) {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === undefined) continue; // released meanwhile
      const holder = parseMark(text);
      if (holder !== undefined && isSameAlive(holder)) return holder;
      await removeStale(path, text);
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

/** The living process that holds it. */
export async function holderOf(path: string): Promise<ProcessMark | undefined> {
  const holder = parseMark(await readFile(path, 'utf8').catch(() => ''));
  return holder !== undefined && isSameAlive(holder) ? holder : undefined;
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moved away before it is removed: another process may have taken the lock between our look and now, and gets it back. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = besideName(path);
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== stale) await linked(aside, path);
  await rm(aside, { force: true });
}

function parseMark(text: string): ProcessMark | undefined {
  try {
    const mark = JSON.parse(text) as Partial<ProcessMark>;
    return typeof mark.pid === 'number' ? (mark as ProcessMark) : undefined;
  } catch {
    return undefined;
  }
}
