/** Composes a training config as Hydra 1.3 does and resolves it as OmegaConf 2.3 does; every value keeps its provenance. */
import { resolve as absolute, dirname, relative, sep } from 'node:path';
import { RegripError } from '../base/errors.js';
import type { PlainMap } from '../base/plain.js';
import { applyOverride } from './applyOverride.js';
import { readConfigFile } from './configFile.js';
import { ConfigSources } from './configSources.js';
import { type Contribution, DefaultsReader } from './defaults.js';
import { GroupChoices } from './groupChoices.js';
import { BUILT_IN } from './hydraDefaults.js';
import { checkHydraSection, isUsers, refuseTypedDeletion } from './hydraLayout.js';
import { hydraSection, type RunFacts, withOutputFolder } from './hydraSection.js';
import { mergeInto } from './merge.js';
import {
  fromPlain,
  isMissing,
  lookup,
  type MapNode,
  MISSING,
  mapNode,
  placeText,
  provenanceOf,
  toPlain,
} from './node.js';
import { type Override, parseOverride } from './overrides.js';
import { pythonText } from './pythonValue.js';
import { type Path, Resolver, resolvePlain } from './resolve.js';
import { refuseSearchPath, searchPath } from './searchPath.js';
import { startFolder } from './startFolder.js';
import type { Compose, ComposeOptions, Provenance } from './types.js';

const RUN_DIR = ['hydra', 'run', 'dir'] as const;
/** A part of the config; `file` is absent for one that was saved whole. */
type AddedPart = Pick<Contribution, 'content' | 'package'> & Partial<Pick<Contribution, 'file' | 'where'>>;

/**
 * `primary` is the path of a YAML file; its folder is the config root, in which groups are looked up, unless
 * `options.configRoot` names a folder above it. Errors are tagged and name file, line and column, or the override.
 */
export const compose: Compose = async (primary, overrides, options = {}) => {
  const file = absolute(primary);
  const root = options.configRoot === undefined ? dirname(file) : absolute(options.configRoot);
  if (relative(root, file).startsWith('..')) {
    throw new RegripError({
      code: 'config-missing',
      file,
      message: `does not lie below the config folder ${root}`,
    });
  }
  const parsed = overrides.map(parseOverride);
  const primaryFile = await readConfigFile(file);
  const added = searchPath(primaryFile, parsed, options);
  const sources = new ConfigSources(root, added, options.run?.folder ?? (await startFolder(file)));
  const { choices, values } = await sorted(parsed, sources);
  const configName = relative(root, file)
    .split(sep)
    .join('/')
    .replace(/\.yaml$/, '');
  const parts = await new DefaultsReader(root, sources, choices).read(primaryFile, configName);
  const tree = new Tree(file, options);
  for (const part of parts) tree.add(part);
  tree.check();
  for (const override of values) tree.override(override);
  const facts = { configName, choices: choices.asPlain(), sources: sources.told(), overrides: parsed };
  const files = parts.map((part) => part.file.file).filter((name) => !name.startsWith(BUILT_IN));
  return { ...tree.composed(facts), files: [...new Set([file, ...files])] };
};

/**
 * A config that was saved in `file` (interpolations as text, its groups long chosen) with overrides; interpolations stay text, since
 * only some sections of it may be resolvable on this machine.
 */
export function overrideSaved(
  config: PlainMap,
  file: string,
  overrides: readonly string[],
  options: ComposeOptions = {},
): PlainMap {
  const tree = new Tree(file, options);
  tree.add({ content: fromPlain(config, placeOfFile(file)), package: '' });
  for (const override of overrides.map(parseOverride)) tree.override(override);
  return tree.unresolved();
}

/** An override chooses a group where a source has a folder of its name, unless its value is a map. */
async function sorted(
  overrides: readonly Override[],
  sources: ConfigSources,
): Promise<{ choices: GroupChoices; values: Override[] }> {
  const choices = new GroupChoices();
  const values: Override[] = [];
  for (const override of overrides) {
    const group = override.value?.kind !== 'map' && (await sources.isGroup(override.key));
    if (group) choices.add(override);
    else values.push(override);
  }
  return { choices, values };
}

function placeOfFile(file: string): Provenance {
  return { kind: 'file', file, line: 1, column: 1, endLine: 1, endColumn: 1 };
}

class Tree {
  private readonly root: MapNode;
  constructor(
    private readonly file: string,
    private readonly options: ComposeOptions,
  ) {
    this.root = mapNode(placeOfFile(file));
  }

  add({ content, package: pack, file, where }: AddedPart): void {
    const steps = pack.split('.').filter((part) => part !== '');
    const wrapped = steps.reduceRight(
      (inner, step) => mapNode(content.place, new Map([[step, inner]])),
      content,
    );
    const isOthers = file !== undefined && file.file !== this.file && !file.file.startsWith(BUILT_IN);
    if (isOthers && lookup(wrapped, ['hydra', 'searchpath']) !== undefined)
      refuseSearchPath(toPlain(wrapped) as PlainMap, where ?? file.file);
    mergeInto(this.root, wrapped, [], this.dereference);
  }

  override(override: Override): void {
    refuseTypedDeletion(override);
    applyOverride(this.root, override, (path, whole = false) => this.select(path, whole), this.dereference);
  }

  check(): void {
    checkHydraSection(this.root);
  }

  unresolved(): PlainMap {
    return toPlain(this.root) as PlainMap;
  }

  /** Hydra's section is taken out, as Hydra does; of it only the folder of the run is told. */
  composed(facts: RunFacts) {
    this.check();
    const entries = new Map(this.root.entries);
    entries.delete('hydra');
    const shown = { ...this.root, entries };
    const unresolved = toPlain(shown) as PlainMap;
    const section = hydraSection(this.root, facts, this.options);
    const dir = this.runDir(unresolved, section);
    const hydra = withOutputFolder(section, dir, this.options);
    const resolved = resolvePlain(unresolved, undefined, { ...this.options, hydra }, this.placeOf);
    const tells = dir !== undefined && isUsers(this.root, RUN_DIR) && !isMissing(lookup(this.root, RUN_DIR));
    return { unresolved, resolved, provenance: provenanceOf(shown), ...(tells ? { runDir: dir } : {}) };
  }

  /** Undefined where it depends on what only a run knows. */
  private runDir(unresolved: PlainMap, hydra: PlainMap): string | undefined {
    const options = { ...this.options, hydra };
    try {
      const dir = new Resolver({ ...unresolved, hydra }, options, this.placeOf).content(RUN_DIR);
      return pythonText(dir === MISSING ? null : dir); // Hydra runs in a folder 'None' then
    } catch (error) {
      if (error instanceof RegripError && error.code === 'not-evaluated') return undefined;
      throw error;
    }
  }

  private resolver(): Resolver {
    return new Resolver(this.unresolved(), this.options, this.placeOf);
  }

  private select(path: readonly string[], whole: boolean) {
    const resolver = this.resolver();
    const found = resolver.select(path.join('.'), [], false);
    if (found === undefined || found.value === '???') return undefined;
    return whole ? resolver.whole(found) : found.value;
  }

  private readonly dereference = (path: Path) => {
    try {
      const found = this.resolver().dereference(path);
      const node = found.path === undefined ? undefined : lookup(this.root, found.path);
      return node === undefined || node.kind === 'scalar' ? undefined : node;
    } catch (error) {
      if (error instanceof RegripError && error.code === 'interpolation') return undefined; // not resolvable yet
      throw error;
    }
  };

  private readonly placeOf = (path: Path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = lookup(this.root, path.slice(0, length));
      if (node !== undefined) return placeText(node.place);
    }
    return undefined;
  };
}
