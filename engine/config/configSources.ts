/** Where configs are looked up: Hydra's own, the config root, then the folders of `hydra.searchpath`. */
import { join, resolve } from 'node:path';
import type { PlainMap } from '../base/plain.js';
import { ConfigError } from './configError.js';
import { type ConfigFile, type ConfigFiles, configFileOf } from './configFile.js';
import { BUILT_IN, HYDRA_CONFIGS, isPlugins } from './hydra/builtinDefaults.js';
import { mapNode } from './node.js';

const MAX_FILES = 500; // far above real projects
const PACKAGES = { path: 'hydra.conf', schema: 'pkg', provider: 'hydra' };
const SCHEMAS = { path: '', schema: 'structured', provider: 'schema' };

/** A folder of the search path as it is written, and where. */
export interface SearchFolder {
  readonly path: string;
  readonly provider: string;
}

export class ConfigSources {
  private readonly cache = new Map<string, ConfigFile | undefined>();
  private readonly folders: readonly string[];

  /** Relative folders of the search path are resolved against `cwd`. */
  constructor(
    private readonly root: string,
    private readonly searchPath: readonly SearchFolder[],
    cwd: string,
    private readonly files: ConfigFiles,
  ) {
    this.folders = [root, ...searchPath.map(({ path }) => resolve(cwd, path))];
  }

  /** The config at a path such as `task/pusht`, with or without `.yaml`; undefined when no source has it. */
  async find(path: string): Promise<ConfigFile | undefined> {
    const name = path.replace(/\.yaml$/, '');
    if (this.cache.has(name)) return this.cache.get(name);
    if (this.cache.size >= MAX_FILES)
      throw new ConfigError({
        code: 'defaults-cycle',
        file: path,
        message: `is config number ${MAX_FILES + 1}; at most ${MAX_FILES} can be read`,
      });
    const found = builtIn(name) ?? (await this.onDisk(name)) ?? (isPlugins(name) ? plugins(name) : undefined);
    this.cache.set(name, found);
    return found;
  }

  async isGroup(path: string): Promise<boolean> {
    if (Object.keys(HYDRA_CONFIGS).some((name) => name.startsWith(`${path}/`))) return true;
    for (const folder of this.folders)
      if ((await this.files.kindOf(join(folder, path))) === 'folder') return true;
    return false;
  }

  /** As `hydra.runtime.config_sources` lists them. */
  told(): PlainMap[] {
    const file = (path: string, provider: string) => ({ path, schema: 'file', provider });
    const added = this.searchPath.map(({ path, provider }) => file(path, provider));
    return [PACKAGES, file(this.root, 'main'), ...added, SCHEMAS];
  }

  private async onDisk(name: string): Promise<ConfigFile | undefined> {
    for (const folder of this.folders) {
      const path = join(folder, `${name}.yaml`);
      if ((await this.files.kindOf(path)) === 'file') return this.files.read(path);
    }
    return undefined;
  }
}

const BUILT_IN_FILES = new Map<string, ConfigFile>();

function builtIn(name: string): ConfigFile | undefined {
  const text = Object.hasOwn(HYDRA_CONFIGS, name) ? HYDRA_CONFIGS[name]! : undefined;
  if (text === undefined) return undefined;
  const known = BUILT_IN_FILES.get(name) ?? configFileOf(text, BUILT_IN + name);
  BUILT_IN_FILES.set(name, known);
  return known;
}

/** What a plugin's option holds is unknown. */
function plugins(name: string): ConfigFile {
  const file = `${BUILT_IN}plugin ${name}`;
  const place = { kind: 'file', file, line: 1, column: 1, endLine: 1, endColumn: 1 } as const;
  return { file, text: '', root: mapNode(place), packageHeader: undefined, problems: [] };
}
