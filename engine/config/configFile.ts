/** A config file on disk: its mapping and its `@package` header; and which files and folders exist. */
import { open, stat } from 'node:fs/promises';
import { isThere } from '../base/isThere.js';
import { ConfigError } from './configError.js';
import type { MapNode } from './node.js';
import type { Tolerance } from './tolerance.js';
import { parseConfigText } from './yaml/yaml.js';

const MAX_BYTES = 1 << 18; // training configs are a few kilobytes; stops a data file named by mistake, and bounds the parser's time
const HEADER_LENGTH = 512; // Hydra reads no further

export interface ConfigFile {
  readonly file: string;
  readonly text: string;
  readonly root: MapNode;
  /** `# @package NAME` in the header. */
  readonly packageHeader: string | undefined;
  /** Why Hydra would refuse to load it, in text order; `root` holds whatever could still be read. */
  readonly problems: readonly ConfigError[];
}

/** Where configs are read from: the disk, or an editor's unsaved text on top of it. */
export interface ConfigFiles {
  kindOf(path: string): Promise<'file' | 'folder' | undefined>;
  /** Throws where the file cannot be read as text. */
  read(file: string): Promise<ConfigFile>;
}

export const DISK: ConfigFiles = {
  kindOf,
  read: async (file) => configFileOf(await readConfigText(file), file),
};

/** Parses `text` as a config, whatever is wrong in it. */
export function configFileOf(text: string, file: string): ConfigFile {
  const tooLarge = sizeProblem(Buffer.byteLength(text), file);
  if (tooLarge !== undefined) return { ...configFileOf('', file), text, problems: [tooLarge] };
  const { root, problems } = parseConfigText(text, file);
  try {
    return { file, text, root, packageHeader: headerPackage(text, file), problems };
  } catch (problem) {
    return { file, text, root, packageHeader: undefined, problems: [...problems, problem as ConfigError] };
  }
}

/** Returns `file` after reporting its problems. */
export function accepted(file: ConfigFile, tolerance: Tolerance): ConfigFile {
  for (const problem of file.problems) tolerance.report(problem);
  return file;
}

/** What is at `path`; `undefined` for nothing readable. */
export async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return 'file';
  return found?.isDirectory() ? 'folder' : undefined;
}

/** Throws when it is missing, not UTF-8 or too large for a config. */
export async function readConfigText(file: string): Promise<string> {
  const kind = await kindOf(file);
  if (kind !== 'file') throw missingFile(file, kind, await isThere(file));
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new ConfigError({
      code: 'config-unreadable',
      file,
      message: `cannot be read (${String(cause)})`,
      cause,
    });
  });
  try {
    const { size } = await handle.stat();
    const tooLarge = sizeProblem(size, file);
    if (tooLarge !== undefined) throw tooLarge;
    return new TextDecoder('utf-8', { fatal: true }).decode(await handle.readFile());
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new ConfigError({ code: 'yaml-syntax', file, message: 'is not UTF-8 text', cause });
  } finally {
    await handle.close();
  }
}

function sizeProblem(bytes: number, file: string): ConfigError | undefined {
  if (bytes <= MAX_BYTES) return undefined;
  return new ConfigError({
    code: 'config-too-large',
    file,
    message: `has ${bytes} bytes, too large for a config (at most ${MAX_BYTES})`,
    hint: 'check that this is a config, not a data file',
  });
}

function missingFile(file: string, kind: 'folder' | undefined, exists: boolean): ConfigError {
  return new ConfigError({
    code: 'config-missing',
    file,
    message:
      kind === 'folder' ? 'is a folder, not a config file' : exists ? 'is not a file' : 'does not exist',
    hint: 'give the primary config of a training',
  });
}

/** The header ends at the first line that is neither empty nor `# @KEY VALUE`. */
function headerPackage(text: string, file: string): string | undefined {
  let name: string | undefined;
  for (const [index, line] of text
    .slice(0, HEADER_LENGTH)
    .split(/\r\n|\r|\n/)
    .entries()) {
    if (line.trim() === '') continue;
    if (!/^\s*#\s*@/.test(line)) break;
    const [key, value, ...more] = line.trim().replace(/^#+/, '').trim().split(/ +/);
    if (value === undefined || more.length > 0) {
      throw new ConfigError({
        code: 'yaml-syntax',
        file: `${file}:${index + 1}`,
        message: `has the header '${line.trim()}', but '# @KEY VALUE' was expected`,
      });
    }
    if (key === '@package') name = value;
  }
  return name;
}
