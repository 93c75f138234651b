/** Composes a training config as Hydra 1.3 does and resolves it as OmegaConf 2.3 does; every value keeps its provenance. */
import { resolve as absolute, dirname, relative, sep } from 'node:path';
import type { PlainMap } from '../base/plain.js';
import { Budget } from './budget.js';
import { ConfigError } from './configError.js';
import { accepted, type ConfigFile, DISK } from './configFile.js';
import { ConfigSources } from './configSources.js';
import { ConfigTree, startOf } from './configTree.js';
import { BUILT_IN } from './hydra/builtinDefaults.js';
import { type Contribution, DefaultsReader } from './hydra/defaults.js';
import { GroupChoices } from './hydra/groupChoices.js';
import { searchPath } from './hydra/searchPath.js';
import type { RunFacts } from './hydra/section.js';
import { fromPlain, toPlain } from './node.js';
import { type Override, parseOverride } from './overrides/overrides.js';
import { foreignResolvers } from './resolve/resolvers.js';
import { startFolder } from './startFolder.js';
import { attempt, STRICT, type Tolerance } from './tolerance.js';
import type { ComposedConfig, ComposeOptions, ResolveOptions } from './types.js';

/** The tree of a config with all its parts and overrides, before interpolations are resolved. */
export interface Assembly {
  readonly tree: ConfigTree;
  readonly facts: RunFacts;
  /** In the order of composition, Hydra's own first. */
  readonly parts: readonly Contribution[];
  /** Absolute paths of the files that took part, the primary first. */
  readonly files: readonly string[];
}

/**
 * `primary` is the path of a YAML file; its folder is the config root, in which groups are looked up, unless
 * `options.configRoot` names a folder above it. Errors are tagged and name file, line and column, or the override.
 */
export async function compose(
  primary: string,
  overrides: readonly string[],
  options: ComposeOptions = {},
): Promise<ComposedConfig> {
  const { tree, facts, files } = await assemble(primary, overrides, options, STRICT);
  return { ...tree.composed(facts), files };
}

/** Whatever `tolerance` collects instead of throwing is left out of the tree. */
export async function assemble(
  primary: string,
  overrides: readonly string[],
  options: ComposeOptions,
  tolerance: Tolerance,
): Promise<Assembly> {
  const file = absolute(primary);
  const root = configRoot(file, options);
  const disk = options.files ?? DISK;
  const parsed = parsedOverrides(overrides, tolerance);
  const primaryFile = accepted(await disk.read(file), tolerance);
  const added = attempt(tolerance, () => searchPath(primaryFile, parsed, options), []);
  const sources = new ConfigSources(root, added, options.run?.folder ?? (await startFolder(file)), disk);
  const { choices, values } = await sorted(parsed, sources, tolerance);
  const configName = relative(root, file)
    .split(sep)
    .join('/')
    .replace(/\.yaml$/, '');
  const budget = new Budget();
  const reader = new DefaultsReader(root, sources, choices, disk, tolerance, budget);

  const parts = await reader.read(primaryFile, configName);
  const texts = [...parts.map((part) => part.file.text), ...overrides];
  const tree = new ConfigTree(file, await withRegistered(options, primaryFile, texts), tolerance, budget);
  for (const part of parts) tree.add(part);
  attempt(tolerance, () => tree.check(), undefined);
  for (const override of values) tree.override(override);
  const names = parts.map((part) => part.file.file).filter((name) => !name.startsWith(BUILT_IN));
  return {
    tree,
    parts,
    files: [...new Set([file, ...names])],
    facts: { configName, choices: choices.asPlain(), sources: sources.told(), overrides: parsed },
  };
}

/** The project's Python is read only where a resolver is called that it may have registered. */
async function withRegistered(
  options: ComposeOptions,
  primary: ConfigFile,
  texts: readonly string[],
): Promise<ResolveOptions> {
  if (options.registered === undefined || foreignResolvers(texts).size === 0) return options;
  return { ...options, resolvers: await options.registered(toPlain(primary.root) as PlainMap) };
}

function configRoot(file: string, options: ComposeOptions): string {
  const root = options.configRoot === undefined ? dirname(file) : absolute(options.configRoot);
  if (!relative(root, file).startsWith('..')) return root;
  const message = `is not inside the config folder ${root}`;
  throw new ConfigError({ code: 'config-missing', file, message });
}

function parsedOverrides(overrides: readonly string[], tolerance: Tolerance): Override[] {
  return overrides.flatMap((text, index) => attempt(tolerance, () => [parseOverride(text, index)], []));
}

/**
 * A config saved in `file` (interpolations as text, groups already chosen) with overrides; interpolations stay text, since perhaps
 * only some of its sections can be resolved on this machine.
 */
export function overrideSaved(
  config: PlainMap,
  file: string,
  overrides: readonly string[],
  options: ComposeOptions = {},
): PlainMap {
  const tree = new ConfigTree(file, options);
  tree.add({ content: fromPlain(config, startOf(file)), package: '' });
  for (const override of overrides.map(parseOverride)) tree.override(override);
  return tree.unresolved();
}

/** An override chooses a group option where a source has a folder of its name, unless its value is a map. */
async function sorted(
  overrides: readonly Override[],
  sources: ConfigSources,
  tolerance: Tolerance,
): Promise<{ choices: GroupChoices; values: Override[] }> {
  const choices = new GroupChoices();
  const values: Override[] = [];
  for (const override of overrides) {
    const group = override.value?.kind !== 'map' && (await sources.isGroup(override.key));
    if (group) attempt(tolerance, () => choices.add(override), undefined);
    else values.push(override);
  }
  return { choices, values };
}
