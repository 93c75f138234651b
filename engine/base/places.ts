/** Whether two paths are one place on the disk, whatever links, mounts and spellings lead there. */
import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Without links; of what is not there yet, the part that is. */
export async function realPlace(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  const folder = dirname(path);
  return real ?? (folder === path ? path : join(await realPlace(folder), basename(path)));
}

/** False where either is not there. */
export async function isSamePlace(a: string, b: string): Promise<boolean> {
  const [one, other] = [await identityOf(a), await identityOf(b)];
  return one !== undefined && one === other;
}

/** Whether `inner` is `outer` or would lie in it. */
export async function liesIn(inner: string, outer: string): Promise<boolean> {
  const wanted = await identityOf(outer);
  return wanted !== undefined && (await foldersAbove(inner)).has(wanted);
}

/** Identities of `path` and of all that it lies in. */
export async function foldersAbove(path: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let at = await realPlace(path); ; at = dirname(at)) {
    const identity = await identityOf(at);
    if (identity !== undefined) found.add(identity);
    if (dirname(at) === at) return found;
  }
}

/** The same for every name of a file or folder: hard links and bind mounts among them. */
export async function identityOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

/** Where a link points, as it is written; undefined for what is no link. */
export async function linkTarget(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined);
}
