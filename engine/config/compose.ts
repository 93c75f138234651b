/** Composes a training config as Hydra 1.3 does and resolves it as OmegaConf 2.3 does; every value keeps its provenance. */
import { existsSync, statSync } from 'node:fs';
import { resolve as absolute, basename, dirname, join, relative, sep } from 'node:path';
import { RegripError } from '../base/errors.js';
import { at, type PlainMap } from '../base/plain.js';
import { applyOverride } from './apply.js';
import { Choices, isHydraGroup } from './choices.js';
import { type Contribution, DefaultsExpansion } from './defaults.js';
import { asHydraWouldTake, checkHydraSection } from './hydraSection.js';
import { mergeAt } from './merge.js';
import { type ConfigNode, lookup, type MapNode, mapNode, toPlain } from './node.js';
import { type Override, parseOverride } from './overrides.js';
import { resolvePlain } from './resolve.js';
import type { Compose, ComposedConfig, ComposeOptions, Provenance } from './types.js';

/**
 * `primary` is the path of a YAML file; its folder is the config root, in which groups are looked up, unless
 * `options.configRoot` names a folder above it. Errors are tagged and name file, line and column, or the override.
 */
export const compose: Compose = async (primary, overrides, options = {}) => {
  const file = absolute(primary);
  const root = options.configRoot === undefined ? dirname(file) : absolute(options.configRoot);
  const name = configName(file, root);
  const choices = new Choices();
  const values: Override[] = [];
  for (const override of overrides.map(parseOverride)) {
    if (isGroup(root, override.key) && override.value?.kind !== 'map') choices.command(override);
    else values.push(asHydraWouldTake(override));
  }
  const parts = await new DefaultsExpansion(root, choices, options).expand(name);
  let node = merged(parts, file);
  checkHydraSection(node);
  for (const override of values) node = applyOverride(node, override, basename(file), options);
  return { ...split(node, options), files: [...new Set([file, ...parts.map((part) => part.file.file)])] };
};

function configName(file: string, root: string): string {
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new RegripError({
      code: 'config-missing',
      file,
      message: 'does not exist',
      hint: 'give the primary config of a training',
    });
  }
  const name = relative(root, file).split(sep).join('/');
  if (!name.startsWith('../') && name.endsWith('.yaml')) return name.slice(0, -'.yaml'.length);
  throw new RegripError({
    code: 'config-missing',
    file,
    message: `is no .yaml file below the config folder ${root}`,
    hint: 'Hydra reads .yaml files only; rename it, or give the right folder',
  });
}

function isGroup(root: string, key: string): boolean {
  if (isHydraGroup(key)) return true;
  const folder = join(root, key);
  return folder.startsWith(root + sep) && existsSync(folder) && statSync(folder).isDirectory();
}

function merged(parts: readonly Contribution[], file: string): MapNode {
  let root = mapNode({ kind: 'file', file, line: 1, column: 1, endLine: 1, endColumn: 1 });
  for (const { content, package: pack } of parts) root = mergeAt(root, [], wrapped(content, pack));
  return root;
}

function wrapped(content: MapNode, pack: string): MapNode {
  return pack
    .split('.')
    .filter((part) => part !== '')
    .reverse()
    .reduce<MapNode>((inner, part) => mapNode(content.place, new Map([[part, inner]])), content);
}

/** Hydra's section is taken out, as Hydra does; of it only the folder of the run is told. */
function split(root: MapNode, options: ComposeOptions): Omit<ComposedConfig, 'files'> {
  const entries = new Map(root.entries);
  entries.delete('hydra');
  const unresolved = toPlain({ ...root, entries }) as PlainMap;
  const runDir = runDirOf(root, unresolved, options);
  return {
    unresolved,
    resolved: resolvePlain(unresolved, undefined, options),
    provenance: provenanceOf({ ...root, entries }),
    ...(runDir === undefined ? {} : { runDir }),
  };
}

function runDirOf(root: MapNode, unresolved: PlainMap, options: ComposeOptions): string | undefined {
  const node = lookup(root, ['hydra', 'run', 'dir']);
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return undefined;
  const hydra = { run: { dir: node.value } };
  const dir = at(resolvePlain({ ...unresolved, hydra }, ['hydra'], options), ['hydra', 'run', 'dir']);
  return typeof dir === 'string' ? dir : undefined;
}

function provenanceOf(root: MapNode): Map<string, Provenance[]> {
  const all = new Map<string, Provenance[]>();
  const visit = (node: ConfigNode, path: string) => {
    if (path !== '') all.set(path, [node.place, ...node.beaten]);
    const children: Iterable<[string | number, ConfigNode]> =
      node.kind === 'map' ? node.entries : node.kind === 'list' ? node.items.entries() : [];
    for (const [key, child] of children) visit(child, path === '' ? String(key) : `${path}.${key}`);
  };
  visit(root, '');
  return all;
}
