/** The folder where training starts, against which a config's relative paths are resolved. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** A config root is at most this many levels below its train.py; stops the search before the file system's root. */
const MAX_LEVELS = 4;
/** Entry scripts are short; a larger file is not read. */
const MAX_SCRIPT_BYTES = 1 << 20;

/** Usual names of config folders. */
const CONFIGS = /^(?:hydra_?)?(?:conf|config|configs|cfg|cfgs)$/;

/** Called with each folder and script before it is read. */
type Looked = (path: string) => void;

/**
 * The folder of the `train*.py` that uses the config's folder or one above it, else the config's own where such a script is beside it
 * (`--config-dir=.`), else the folder that holds the package `diffusion_policy` when
 * the config lies in its `config`, else the parent of the config's folder. Absolute.
 */
export async function startFolder(primary: string, looked: Looked = () => undefined): Promise<string> {
  const root = dirname(resolve(primary));
  // A config may be below the folder that the script names: --config-name=legacy/train.
  const above = [dirname(root), dirname(dirname(root))].filter((each) => CONFIGS.test(basename(each)));
  for (const each of [root, ...above]) {
    const found = await folderOfScripts(each, looked);
    if (found !== undefined) return found;
  }
  if ((await trainScriptsIn(root, root, looked)).length > 0) return root;
  const parent = dirname(root);
  return basename(parent) === 'diffusion_policy' ? dirname(parent) : parent;
}

async function folderOfScripts(root: string, looked: Looked): Promise<string | undefined> {
  let folder = dirname(root);
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    if ((await trainScriptsIn(folder, root, looked)).length > 0) return folder;
    if (dirname(folder) === folder) break;
    folder = dirname(folder);
  }
  return undefined;
}

/** Absolute paths of the `train*.py` of `folder` that name each step on the way to the config's folder `root`, by name. */
export async function trainScriptsIn(
  folder: string,
  root: string,
  looked: Looked = () => undefined,
): Promise<string[]> {
  looked(folder);
  const names = await readdir(folder).catch((): string[] => []);
  const parts = folder === root ? [] : relative(folder, root).split(sep);
  const found: string[] = [];
  for (const name of names.filter((entry) => /^train.*\.py$/.test(entry)).sort()) {
    looked(join(folder, name));
    const text = await readFile(join(folder, name)).catch(() => undefined);
    if (text === undefined || text.length > MAX_SCRIPT_BYTES) continue;
    const words = new Set(text.toString('utf8').split(/[^\w-]+/));
    if (parts.every((part) => words.has(part))) found.push(join(folder, name));
  }
  return found;
}
