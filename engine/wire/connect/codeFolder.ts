/** The engine's code, copied to a folder per version: an update of the editor or the extension deletes the code it was started from. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { besideName } from '../../base/atomic.js';
import { WireError } from '../wireError.js';

/** Where a client's own engine is. Paths are relative to `root`. */
export interface CodeSource {
  readonly root: string;
  /** The supervisor's module. */
  readonly entry: string;
  /** Code that is compiled in place, and so must be copied; its hash identifies the version. */
  readonly copied: readonly string[];
  /** Packages, which are never modified once installed, so hard links suffice (in a vsix: those that cannot be bundled). */
  readonly linked: readonly string[];
  /** Packages that stay where they are (a checkout's `node_modules`, thousands of files). */
  readonly pointedAt: readonly string[];
}

/** The caller's engine: in a checkout the latest build, otherwise the one in the extension. */
export function codeSource(root: string): CodeSource {
  const checkout = checkoutSource(root);
  return existsSync(join(root, checkout.entry)) ? checkout : extensionSource(root);
}

/** A checkout after `tsc -b`. */
export function checkoutSource(root: string): CodeSource {
  return {
    root,
    entry: join('out', 'engine', 'main.js'),
    copied: ['package.json', join('out', 'engine')],
    linked: [],
    pointedAt: ['node_modules'],
  };
}

/** An installed extension, whose bundles are in `dist/engine` beside the packages that cannot be bundled. */
export function extensionSource(root: string): CodeSource {
  return {
    root,
    entry: join('dist', 'engine', 'main.js'),
    copied: ['package.json', join('dist', 'engine'), 'prebuilt'],
    linked: [join('dist', 'node_modules')],
    pointedAt: [],
  };
}

/** The package's version and a hash of the code: `0.1.0-3f2a…`. */
export async function codeVersion({ root, copied }: CodeSource): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const hash = createHash('sha256');
  for (const file of await filesOf(root, copied))
    hash.update(`${file}\0`).update(await readFile(join(root, file)));
  return `${version}-${hash.digest('hex').slice(0, 16)}`;
}

/** Whether `ours` should replace `theirs`: a higher version, or another build of the same one. */
export function replaces(ours: string, theirs: string): boolean {
  const numbers = (version: string): number[] => version.split('-')[0]!.split('.').map(Number);
  const [a, b] = [numbers(ours), numbers(theirs)];
  const first = a.findIndex((part, i) => part !== b[i]);
  return first === -1 ? ours !== theirs : a[first]! > (b[first] ?? 0);
}

/** The supervisor's module in the folder of `version` below `folder`, which is created first if it does not exist. */
export async function copiedCode(source: CodeSource, version: string, folder: string): Promise<string> {
  const place = join(folder, version);
  if ((await stat(place).catch(() => undefined)) === undefined) await fill(source, place);
  const now = new Date();
  await utimes(place, now, now); // marks it as used
  await removeUnused(folder);
  return join(place, source.entry);
}

async function fill({ root, copied, linked, pointedAt, entry }: CodeSource, place: string): Promise<void> {
  const files = await filesOf(root, copied);
  if (!files.includes(entry))
    throw new WireError({
      code: 'engine-code-missing',
      file: join(root, entry),
      message: 'the engine is missing',
      hint: 'reinstall the extension (in a checkout: npm run build)',
    });
  await mkdir(dirname(place), { recursive: true });
  const staging = besideName(place);
  try {
    const put = async (file: string, by: typeof copyFile | typeof link): Promise<void> => {
      await mkdir(dirname(join(staging, file)), { recursive: true });
      await by(join(root, file), join(staging, file));
    };
    for (const file of files) await put(file, copyFile);
    for (const file of await filesOf(root, linked)) await put(file, link).catch(() => put(file, copyFile));
    for (const name of pointedAt) await symlink(join(root, name), join(staging, name), 'junction');
    await rename(staging, place).catch(async (error) => {
      if ((await stat(place).catch(() => undefined)) === undefined) throw error; // otherwise another process was first
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

const ONLY_FOR_DEVELOPERS = /\.(d\.ts|map)$/;

/** All files of the named files and folders, sorted, relative to `root`. */
async function filesOf(root: string, names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    const kind = await stat(join(root, name)).catch(() => undefined);
    if (kind?.isDirectory()) {
      const entries = await readdir(join(root, name));
      for (const file of await filesOf(
        root,
        entries.map((entry) => join(name, entry)),
      ))
        found.push(file);
    } else if (kind !== undefined && !ONLY_FOR_DEVELOPERS.test(name)) found.push(name);
  }
  return found.sort();
}

/** Longer than any job runs. */
const UNUSED_MS = 60 * 24 * 3600 * 1000;

async function removeUnused(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > UNUSED_MS) await rm(join(folder, name), { recursive: true, force: true });
  }
}
