/** Which logs a `gripper` command names: files, folders and patterns. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { UsageError } from '../../base/errors.js';

export interface LogFile {
  /** The path to show: relative where the user gave a relative one. */
  readonly name: string;
  readonly path: string;
  /** The user named this very file; one found through a folder or a pattern may not be a log. */
  readonly isNamed: boolean;
}

/** Far above a laboratory's logs; stops a pattern that walks a whole disk. */
const MAX_FILES = 100_000;

/** Expands folders (all .json files below) and the patterns * ? and **, each file once. Throws `UsageError` where nothing matches. */
export async function findLogs(words: readonly string[], cwd: string): Promise<LogFile[]> {
  const found = new Map<string, LogFile>();
  for (const word of words) {
    for (const log of await expand(word, cwd)) if (!found.has(log.path)) found.set(log.path, log);
    if (found.size > MAX_FILES)
      throw new UsageError(`there are more than ${MAX_FILES} files`, 'Give fewer folders.');
  }
  return [...found.values()];
}

async function expand(word: string, cwd: string): Promise<LogFile[]> {
  const kind = await stat(resolve(cwd, word)).catch(() => undefined);
  if (kind?.isDirectory()) return below(word, /\.json$/i, cwd, 'holds no .json file');
  // A file name may contain a star.
  if (kind !== undefined || !/[*?]/.test(word))
    return [{ name: word, path: resolve(cwd, word), isNamed: true }];
  const parts = word.split(/[\\/]/);
  const fixed = parts.findIndex((part) => /[*?]/.test(part));
  const folder = parts.slice(0, fixed).join(sep) || (word.startsWith('/') ? '/' : '.');
  return below(folder, patternOf(parts.slice(fixed)), cwd, `holds no file that ${word} matches`);
}

async function below(folder: string, pattern: RegExp, cwd: string, otherwise: string): Promise<LogFile[]> {
  const root = resolve(cwd, folder);
  const files = (await walk(root, '', pattern)).sort();
  if (files.length === 0)
    throw new UsageError(`${folder} ${otherwise}`, 'Give logs, folders or patterns such as "logs/*.json".');
  return files.map((file) => ({ name: join(folder, file), path: join(root, file), isNamed: false }));
}

/** Yields the files below, relative to `root` and with slashes; links are not followed, so the walk ends. */
async function walk(root: string, at: string, pattern: RegExp): Promise<string[]> {
  const entries = await readdir(join(root, at), { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  for (const entry of entries) {
    const path = at === '' ? entry.name : `${at}/${entry.name}`;
    if (entry.isDirectory()) for (const file of await walk(root, path, pattern)) files.push(file);
    else if (pattern.test(path)) files.push(path);
  }
  return files;
}

/** `*` and `?` stay within a name, `**` spans folders. */
function patternOf(parts: readonly string[]): RegExp {
  const source = parts.map((part, index) => {
    const last = index === parts.length - 1;
    if (part === '**') return last ? '.*' : '(?:[^/]+/)*';
    const name = part
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '[^/]*')
      .replace(/\?/g, '[^/]');
    return last ? name : `${name}/`;
  });
  return new RegExp(`^${source.join('')}$`);
}
