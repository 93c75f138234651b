/** Whether two paths are the same place on disk, regardless of links, mounts and spelling. */
import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Resolves links; for a path that does not exist yet, those of the part that exists. */
export async function realPlace(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  const folder = dirname(path);
  return real ?? (folder === path ? path : join(await realPlace(folder), basename(path)));
}

/** False where either does not exist. */
export async function isSamePlace(a: string, b: string): Promise<boolean> {
  const [one, other] = [await identityOf(a), await identityOf(b)];
  return one !== undefined && one === other;
}

/** Whether `inner` is `outer` or would lie in it. */
export async function liesIn(inner: string, outer: string): Promise<boolean> {
  const wanted = await identityOf(outer);
  return wanted !== undefined && (await foldersAbove(inner)).has(wanted);
}

/** Identities of `path` and of every folder that contains it. */
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

/** Where a link points, as it is written; undefined for anything else. */
export async function linkTarget(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined);
}
