/** The list of files that an install wrote, kept in the engine folder: removal touches nothing else. */
import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { WorkError } from '../workError.js';

export const MANIFEST = 'regrip-engine.json';

/** Lists every file and link below `folder` in its manifest, which lists itself too. */
export async function writeManifest(folder: string): Promise<void> {
  const files = [...(await filesBelow(folder)), MANIFEST].sort();
  await writeFile(join(folder, MANIFEST), `${JSON.stringify({ files }, null, 1)}\n`);
}

/** The paths that an install wrote, relative to `folder`. Throws `engine-unknown` when it left no readable list. */
export async function readManifest(folder: string): Promise<ReadonlySet<string>> {
  const path = join(folder, MANIFEST);
  try {
    const { files } = JSON.parse(await readFile(path, 'utf8')) as { files: unknown };
    if (Array.isArray(files) && files.every((file) => typeof file === 'string')) return new Set(files);
    throw new Error('its list of installed files is missing');
  } catch (cause) {
    throw new WorkError({
      code: 'engine-unknown',
      file: path,
      message: `cannot determine what was installed here: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: `check ${folder} and remove it by hand`,
      cause,
    });
  }
}

/** Every file and link below `folder`, relative and with forward slashes; links are not followed. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/** Files below `folder` that its manifest does not list; all of them when there is no manifest, none when the folder does not exist. */
export async function unknownFiles(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const listed = existsSync(join(folder, MANIFEST)) ? await readManifest(folder) : new Set<string>();
  return (await filesBelow(folder)).filter((file) => !listed.has(file));
}

export async function bytesOf(folder: string, files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await lstat(join(folder, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
