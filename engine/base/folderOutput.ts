/** A folder as an output: filled beside its name, flushed, then renamed; what it replaces goes only once the new one has the name. */
import type { Stats } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { besideName, hiddenName, syncFolder } from './atomic.js';
import { diskError, onDisk } from './diskErrors.js';
import { RegripError } from './errors.js';
import { firstFew } from './firstFew.js';
import { isThere } from './isThere.js';
import { kindText, lookAt, requireParent } from './outputFile.js';

interface FolderRules {
  readonly overwrite: boolean;
  /** Code of the error for an output that already exists. */
  readonly existsCode: string;
  /** What such a folder holds; one that holds anything else is never replaced. */
  readonly isOurs: (name: string) => boolean;
  /** As a message names it: `a policy of LeRobot`. */
  readonly what: string;
}

/** Throws before anything is written. Called while the output is held (`whileHolding`), it first finishes what a killed process left. */
export async function checkOutputFolder(path: string, rules: FolderRules): Promise<void> {
  await requireParent(path);
  const found = await lookAt(path);
  if (found === undefined) return;
  const refused = (message: string) =>
    new RegripError({
      code: rules.existsCode,
      file: path,
      message,
      hint: 'Choose another name, or remove it yourself.',
    });
  if (!found.isDirectory()) throw refused(`is ${otherKind(found)} and will not be replaced`);
  const names = await onDisk(path, () => readdir(path));
  if (names.length === 0) return;
  const others = names.filter((name) => !rules.isOurs(name));
  if (others.length > 0)
    throw refused(`holds more than ${rules.what} (${firstFew(others.sort())}) and will not be replaced`);
  if (rules.overwrite) return;
  throw new RegripError({
    code: rules.existsCode,
    file: path,
    message: 'the folder already exists',
    hint: 'Choose another name, or add --overwrite.',
  });
}

function otherKind(found: Stats): string {
  if (found.isSymbolicLink()) return 'a link';
  return found.isFile() ? 'a file' : kindText(found);
}

/** What a process that was killed between the two renames has put aside goes back to its name; what it no longer needed goes. */
export async function restoreReplaced(path: string): Promise<void> {
  const aside = asideOf(path);
  if (!(await isThere(aside))) return;
  await onDisk(path, async () => {
    if (await isThere(path)) await rm(aside, { recursive: true, force: true });
    else await rename(aside, path);
  });
}

/**
 * Lets `fill` write files into a new folder and gives it the name `target`, replacing a folder of that name. When `fill` throws, nothing has
 * changed. Links inside are not followed: the new folder holds only what `fill` made.
 */
export async function writeFolderAtomic(
  target: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const beside = besideName(target);
  try {
    await mkdir(beside);
    await fill(beside);
    await flush(beside);
    await takeName(beside, target);
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => undefined);
    throw diskError(error, target);
  }
}

async function takeName(beside: string, target: string): Promise<void> {
  const aside = asideOf(target);
  const replaces = await isThere(target);
  if (replaces) await rename(target, aside);
  let isPlaced = false;
  try {
    await rename(beside, target);
    isPlaced = true;
    await syncFolder(dirname(target));
  } catch (error) {
    if (isPlaced) await rename(target, beside);
    if (replaces) await rename(aside, target);
    throw error;
  }
  // Where it cannot be removed, the next writer does it.
  if (replaces) await rm(aside, { recursive: true, force: true }).catch(() => undefined);
}

/** Not a name that cleaning up removes: between the two renames it holds the only copy. */
function asideOf(target: string): string {
  return hiddenName(target, '.replaced');
}

async function flush(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = await open(join(folder, name), 'r');
    await file.sync().finally(() => file.close());
  }
  await syncFolder(folder);
}
