/** Where a project's texts are read from: the disk, or an editor's unsaved text on top of it. */

import { open, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutMark } from '../base/byteOrderMark.js';

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

export interface ProjectReader {
  /** Undefined where the file cannot be read as text. */
  readText(path: string): Promise<string | undefined>;
  /** Sorted by name; empty where the folder cannot be read. */
  list(folder: string): Promise<readonly FolderEntry[]>;
}

/** Scripts, configs and sources are a few kilobytes; a larger file is data. */
const MAX_TEXT_BYTES = 1 << 20;
/** Source folders have hundreds of entries; a folder of recorded frames has more, and nothing of interest is in it. */
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

/** Skips links to folders: following them could loop, or lead onto a data disk. */
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
    return entries; // it disappeared or may not be read
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
