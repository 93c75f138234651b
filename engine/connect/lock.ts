/** A file that at most one living process holds; what a killed one left is taken over. */
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { besideName } from '../base/atomic.js';
import { isSameAlive, markOf, type ProcessMark } from '../base/process.js';

const LOOK_EVERY_MS = 10;

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
      await removeStale(path, text, temporary);
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

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Far above the two file calls that are made under the guard. */
const GUARD_MS = 5000;

/**
 * One process at a time, under a guard: else one that looked earlier would remove the lock of another that has just taken it. A guard
 * that was left by a process killed in that moment is removed by its age.
 */
async function removeStale(path: string, stale: string, temporary: string): Promise<void> {
  const guard = `${path}.guard`;
  if (await linked(temporary, guard)) {
    if ((await readFile(path, 'utf8').catch(() => undefined)) === stale) await rm(path, { force: true });
    await rm(guard, { force: true });
    return;
  }
  const since = (await stat(guard).catch(() => undefined))?.ctimeMs;
  if (since !== undefined && Date.now() - since > GUARD_MS) await rm(guard, { force: true });
  await wait(LOOK_EVERY_MS);
}

function parseMark(text: string): ProcessMark | undefined {
  try {
    const mark = JSON.parse(text) as Partial<ProcessMark>;
    return typeof mark.pid === 'number' ? (mark as ProcessMark) : undefined;
  } catch {
    return undefined;
  }
}
