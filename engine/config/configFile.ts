/** A config file on disk: its mapping, its `@package` header, and which files and folders there are. */
import { open, stat } from 'node:fs/promises';
import { RegripError } from '../base/errors.js';
import type { MapNode } from './node.js';
import { parseConfig } from './yaml.js';

const MAX_BYTES = 1 << 17; // training configs have kilobytes; stops a data file that was named by mistake, and bounds the parser's time
const HEADER_LENGTH = 512; // Hydra looks no further

export interface ConfigFile {
  readonly file: string;
  readonly root: MapNode;
  /** `# @package NAME` in the header. */
  readonly packageHeader: string | undefined;
}

export async function readConfigFile(file: string): Promise<ConfigFile> {
  const text = await readText(file);
  return { file, root: parseConfig(text, file), packageHeader: headerPackage(text, file) };
}

/** What lies at `path`; `undefined` for nothing that can be read. */
export async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return 'file';
  return found?.isDirectory() ? 'folder' : undefined;
}

async function readText(file: string): Promise<string> {
  if ((await kindOf(file)) !== 'file') throw missingFile(file);
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new RegripError({
      code: 'config-unreadable',
      file,
      message: `cannot be read (${String(cause)})`,
      cause,
    });
  });
  try {
    const { size } = await handle.stat();
    if (size > MAX_BYTES) {
      throw new RegripError({
        code: 'config-too-large',
        file,
        message: `has ${size} bytes; a config has at most ${MAX_BYTES}`,
        hint: 'name a config, not a data file',
      });
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await handle.readFile());
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new RegripError({ code: 'yaml-syntax', file, message: 'is not UTF-8 text', cause });
  } finally {
    await handle.close();
  }
}

function missingFile(file: string): RegripError {
  return new RegripError({
    code: 'config-missing',
    file,
    message: 'does not exist',
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
      throw new RegripError({
        code: 'yaml-syntax',
        file: `${file}:${index + 1}`,
        message: `has the header '${line.trim()}', expected '# @KEY VALUE'`,
      });
    }
    if (key === '@package') name = value;
  }
  return name;
}
