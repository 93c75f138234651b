/** A project of a few texts, as a reader sees it. */
import { posix } from 'node:path';
import type { FolderEntry, ProjectReader } from '../../engine/project/reader.js';

/** `files`: texts by absolute path. */
export function inMemory(files: Readonly<Record<string, string>>): ProjectReader {
  return {
    readText: async (path) => files[path],
    list: async (folder) => {
      const entries = new Map<string, FolderEntry>();
      for (const path of Object.keys(files)) {
        if (!path.startsWith(`${folder}/`)) continue;
        const [name, ...below] = posix.relative(folder, path).split('/');
        entries.set(name!, { name: name!, kind: below.length > 0 ? 'folder' : 'file' });
      }
      return [...entries.values()];
    },
  };
}
