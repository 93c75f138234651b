/** One job an output: held from a job's first moment to its end, by whoever writes there. */
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
 * Runs `work` while no other process may write `output`, a file or folder whose own folder is there. `job` names the work for whoever
 * meets the lock. Throws `output-busy` when another does. What a killed writer left in the folder is removed first.
 */
export async function whileHolding<T>(output: string, job: string, work: () => Promise<T>): Promise<T> {
  const place = await placeOf(output);
  return holding({ path: hiddenName(place, '.lock'), output, job, code: 'output-busy' }, async () => {
    await removeLeftovers(dirname(place));
    return work();
  });
}

/** The same for the folder of a run (`run-busy`): it is made, with those above it, and they go again when the job leaves nothing in it. */
export async function whileHoldingFolder<T>(folder: string, job: string, work: () => Promise<T>): Promise<T> {
  const made = await makeFolders(folder);
  try {
    return await holding({ path: join(folder, FOLDER_LOCK), output: folder, job, code: 'run-busy' }, work);
  } finally {
    if (made !== undefined) await removeEmptyFolders(folder, made);
  }
}

/** In the folder, since the one above it may belong to somebody else. */
export const FOLDER_LOCK = '.regrip.lock';

/** Another user who shares the folder is told who writes there. */
const READABLE = 0o644;

interface Held {
  /** Of the lock. */
  readonly path: string;
  readonly output: string;
  readonly job: string;
  /** Of the error. */
  readonly code: string;
}

async function holding<T>(held: Held, work: () => Promise<T>): Promise<T> {
  const { path, output, job } = held;
  const about = { machine: machineOf(), host: hostname(), job, since: new Date().toISOString() };
  const lock = await onDisk(output, () => takeLock(path, about, READABLE));
  if (!('release' in lock)) throw busy(held, lock);
  try {
    return await work();
  } finally {
    await lock.release().catch(() => undefined); // the folder is gone, or the disk: a dead holder is taken over
  }
}

/** By its real folder, so that two names of one place are one. */
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
      ? `wait for it, stop it there (kill -INT ${pid}), or choose another output; nobody here can see whether it still runs: where it does not, remove ${path}`
      : `wait for it, stop it (kill -INT ${pid}), or choose another output`,
  });
}
