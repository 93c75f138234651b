/** `hydra.searchpath`: folders beside the config root in which configs are looked up. Only the primary config and an override set it. */

import { at, type Plain, type PlainMap } from '../../base/plain.js';
import { ConfigError } from '../configError.js';
import type { ConfigFile } from '../configFile.js';
import type { SearchFolder } from '../configSources.js';
import { lookup, placeText, toPlain } from '../node.js';
import type { Override } from '../overrides/overrides.js';
import { Resolver } from '../resolve/resolve.js';
import type { ComposeOptions } from '../types.js';

const PATH = ['hydra', 'searchpath'] as const;

/** The first override of it wins over the primary config. An interpolation sees only the primary config. */
export function searchPath(
  primary: ConfigFile,
  overrides: readonly Override[],
  options: ComposeOptions,
): SearchFolder[] {
  const override = overrides.find(({ kind, key }) => kind === 'change' && key === PATH.join('.'));
  if (override !== undefined) {
    const where = `the override '${override.text}'`;
    return foldersOf(toPlain(override.value!), where, 'hydra.searchpath in command-line');
  }
  const node = lookup(primary.root, PATH);
  if (node === undefined) return [];
  const resolver = new Resolver(toPlain(primary.root) as PlainMap, options, () => placeText(node.place));
  return foldersOf(resolver.content(PATH), placeText(node.place), 'hydra.searchpath in main');
}

/** Throws where a config other than the primary sets it. */
export function refuseSearchPath(content: PlainMap, where: string): void {
  if ((at(content, PATH) ?? null) === null) return;
  throw new ConfigError({
    code: 'defaults',
    file: where,
    message: 'sets hydra.searchpath, which Hydra reads only from the primary config',
  });
}

function foldersOf(value: Plain, where: string, provider: string): SearchFolder[] {
  if (value === null) return [];
  if (!Array.isArray(value) || value.some((entry) => typeof entry !== 'string'))
    throw new ConfigError({
      code: 'hydra-key',
      file: where,
      message: 'hydra.searchpath must be a list of text',
    });
  return (value as readonly string[]).map((entry) => ({ path: folderOf(entry, where), provider }));
}

function folderOf(entry: string, where: string): string {
  const [, scheme, path] = /^(?:([^:]*):\/\/)?(.*)$/s.exec(entry)!;
  if (scheme === undefined || scheme === 'file') return path!;
  throw new ConfigError({
    code: 'unsupported',
    file: where,
    message: `hydra.searchpath has '${entry}': ${scheme}:// needs a Python environment, which Regrip does not read`,
    hint: 'name the folder: file:///path/to/configs',
  });
}
