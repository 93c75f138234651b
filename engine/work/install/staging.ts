/** Folders that an install fills beside their final place, and the removal of those left by killed installs. */
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../base/process.js';

/** A folder in `parent` whose name identifies its owner: `.<name>.<host>.<pid>.tmp`. */
export function stagingFolder(parent: string, name: string): string {
  return join(parent, `.${name}.${hostname()}.${process.pid}.tmp`);
}

const ABANDONED_AFTER_MS = 24 * 3600e3; // from another host, which cannot be checked: far longer than an install takes

/** Removes staging folders of `name` whose process is gone: of this host by its pid, of others after a day. */
export async function removeAbandoned(parent: string, name: string): Promise<void> {
  const start = `.${name}.`;
  const entries = await readdir(parent).catch(() => []);
  for (const entry of entries.filter((text) => text.startsWith(start) && text.endsWith('.tmp'))) {
    const path = join(parent, entry);
    const [pid, ...host] = entry.slice(start.length, -'.tmp'.length).split('.').reverse();
    const ours = host.reverse().join('.') === hostname();
    if (ours ? !isAlive(Number(pid)) : await isOld(path)) await rm(path, { recursive: true, force: true });
  }
}

async function isOld(path: string): Promise<boolean> {
  return Date.now() - (await stat(path)).mtimeMs > ABANDONED_AFTER_MS;
}
