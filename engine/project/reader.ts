/** Where a project's texts are read from: the disk, or an editor's unsaved text over it. */

import { open, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutMark } from '../base/byteOrderMark.js';

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

export interface ProjectReader {
  /** Undefined where there is no text that can be read. */
  readText(path: string): Promise<string | undefined>;
  /** In the order of the names; empty where there is no folder that can be read. */
  list(folder: string): Promise<readonly FolderEntry[]>;
}

/** Scripts, configs and sources have kilobytes; a larger file is data. */
const MAX_TEXT_BYTES = 1 << 20;
/** Folders of sources have hundreds; one of recorded frames has more, and nothing in it is looked for. */
const MAX_ENTRIES = 10_000;

export const DISK_READER: ProjectReader = { readText, list };

async function readText(path: string): Promise<string | undefined> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const found = await handle.stat();
    if (!found.isFile() || found.size > MAX_TEXT_BYTES) return undefined;
    return withoutMark(await handle.readFile('utf8'));
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

/** Leaves out links to folders: a walk along them would go in circles, or onto a data disk. */
async function list(folder: string): Promise<readonly FolderEntry[]> {
  const entries: FolderEntry[] = [];
  try {
    for await (const entry of await opendir(folder, { bufferSize: 256 })) {
      if (entries.length >= MAX_ENTRIES) break;
      if (entry.isDirectory()) entries.push({ name: entry.name, kind: 'folder' });
      else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(join(folder, entry.name)))))
        entries.push({ name: entry.name, kind: 'file' });
    }
  } catch {
    return entries; // it vanished or may not be read
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
