/** Walks through the folders of a project, skipping those that hold data, environments and outputs. */
import { join } from 'node:path';
import { ahead } from '../base/ahead.js';
import { throwIfAborted } from '../base/errors.js';
import type { FolderEntry, ProjectReader } from './reader.js';

export interface WalkedFolder {
  readonly path: string;
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Maximum depth; configs and sources lie higher. */
const MAX_DEPTH = 10;
/** Maximum number of folders, far above a project's own; stops a walk over a home folder. */
const MAX_FOLDERS = 5000;
const AT_ONCE = 16;
const SKIPPED: ReadonlySet<string> = new Set([
  ...['node_modules', 'site-packages', '__pycache__'],
  ...[
    'wandb',
    'outputs',
    'multirun',
    'checkpoints',
    'tensorboard',
    'build',
    'dist',
    'media',
    'images',
    'Images',
  ],
]);
const SKIPPED_NAME = /^\.|\.zarr$|\.egg-info$/;
/** What marks the root of a Python environment. */
const ENVIRONMENT: ReadonlySet<string> = new Set(['pyvenv.cfg', 'conda-meta']);

/** Nearest folders first. Paths in `files` and `folders` are names. */
export async function* walkProject(
  root: string,
  reader: ProjectReader,
  signal?: AbortSignal,
): AsyncGenerator<WalkedFolder> {
  let level = [root];
  let left = MAX_FOLDERS;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0 && left > 0; depth += 1) {
    const paths = level.slice(0, left);
    left -= paths.length;
    level = [];
    let index = 0;
    for await (const entries of ahead(0, paths.length, AT_ONCE, (k) => reader.list(paths[k]!))) {
      throwIfAborted(signal);
      const path = paths[index++]!;
      if (entries.some(({ name }) => ENVIRONMENT.has(name))) continue;
      const folders = namesOf(entries, 'folder').filter(
        (name) => !SKIPPED.has(name) && !SKIPPED_NAME.test(name),
      );
      for (const name of folders) level.push(join(path, name));
      yield { path, files: namesOf(entries, 'file'), folders };
    }
  }
}

/** The texts of the readable files, in order. */
export async function* readAhead(
  paths: readonly string[],
  reader: ProjectReader,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly path: string; readonly text: string }> {
  let index = 0;
  for await (const text of ahead(0, paths.length, AT_ONCE, (k) => reader.readText(paths[k]!))) {
    throwIfAborted(signal);
    const path = paths[index++]!;
    if (text !== undefined) yield { path, text };
  }
}

function namesOf(entries: readonly FolderEntry[], kind: FolderEntry['kind']): string[] {
  return entries.filter((entry) => entry.kind === kind).map(({ name }) => name);
}
