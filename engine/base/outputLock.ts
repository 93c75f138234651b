/** One job per output: the lock is held from a job's start to its end by whatever writes there. */
import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { hiddenName, removeLeftovers } from './atomic.js';
import { inFolder, onDisk } from './diskErrors.js';
import { RegripError } from './errors.js';
import { type LockHolder, takeLock } from './lock.js';
import { makeFolders, removeEmptyFolders } from './outputFile.js';
import { machineOf } from './process.js';

/**
 * Runs `work` while no other process may write `output`, a file or folder whose parent exists. `job` names the work for whoever meets
 * the lock. Throws `output-busy` when another process holds it. What a killed writer left in the folder is removed first.
 */
export async function whileHolding<T>(output: string, job: string, work: () => Promise<T>): Promise<T> {
  const place = await placeOf(output);
  return holding({ path: hiddenName(place, '.lock'), output, job, code: 'output-busy' }, async () => {
    await removeLeftovers(dirname(place));
    return work();
  });
}

/** The same for a run folder (`run-busy`): it is made together with its missing parents, and they are removed again if the job leaves it empty. */
export async function whileHoldingFolder<T>(folder: string, job: string, work: () => Promise<T>): Promise<T> {
  const made = await makeFolders(folder);
  try {
    return await holding({ path: join(folder, FOLDER_LOCK), output: folder, job, code: 'run-busy' }, work);
  } finally {
    if (made !== undefined) await removeEmptyFolders(folder, made);
  }
}

/** The lock lies inside the folder, since its parent may belong to somebody else. */
export const FOLDER_LOCK = '.regrip.lock';

/** Lets another user who shares the folder see who writes there. */
const READABLE = 0o644;

/** Another process writes there, or trains. */
export type LockCode = 'output-busy' | 'run-busy';

interface Held {
  /** Of the lock. */
  readonly path: string;
  readonly output: string;
  readonly job: string;
  /** Of the error. */
  readonly code: LockCode;
}

async function holding<T>(held: Held, work: () => Promise<T>): Promise<T> {
  const { path, output, job } = held;
  const about = { machine: machineOf(), host: hostname(), job, since: new Date().toISOString() };
  const lock = await onDisk(output, () => takeLock(path, about, READABLE));
  if (!('release' in lock)) throw busy(held, lock);
  try {
    return await work();
  } finally {
    await lock.release().catch(() => undefined); // the folder or the disk is gone; a dead holder's lock is taken over anyway
  }
}

/** Keyed by the real folder, so that two names of one place share a lock. */
async function placeOf(output: string): Promise<string> {
  const folder = await inFolder(dirname(output), () => realpath(dirname(output)));
  return join(folder, basename(output));
}

function busy({ output, path, code }: Held, holder: LockHolder): RegripError {
  const { pid, job = 'regrip', since = 'an unknown time', host } = holder;
  const isElsewhere = holder.machine !== undefined && holder.machine !== machineOf();
  const where = isElsewhere ? ` on ${host === hostname() ? `${host} (another container)` : host}` : '';
  return new RegripError({
    code,
    file: output,
    message: `process ${pid}${where} (${job}) has been writing here since ${since}`,
    hint: isElsewhere
      ? `wait for it, stop it there (kill -INT ${pid}), or choose another output; whether it is still running cannot be seen from here: if it is not, remove ${path}`
      : `wait for it, stop it (kill -INT ${pid}), or choose another output`,
  });
}
