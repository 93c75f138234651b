/** Composes a training config as Hydra 1.3 does and resolves it as OmegaConf 2.3 does; every value keeps its provenance. */
import { resolve as absolute, basename, dirname, join, relative } from 'node:path';
import { RegripError } from '../base/errors.js';
import { at, isPlainMap, type Plain, type PlainMap } from '../base/plain.js';
import { applyOverride } from './applyOverride.js';
import { kindOf } from './configFile.js';
import { type Contribution, DefaultsReader } from './defaults.js';
import { GroupChoices } from './groupChoices.js';
import { asHydraWouldTake, checkHydraSection, isHydraGroup } from './hydraSection.js';
import { mergeInto } from './merge.js';
import {
  fromPlain,
  lookup,
  type MapNode,
  MISSING,
  mapNode,
  placeText,
  provenanceOf,
  toPlain,
} from './node.js';
import { type Override, parseOverride } from './overrides.js';
import { type Path, Resolver, resolvePlain } from './resolve.js';
import type { Compose, ComposeOptions, Provenance } from './types.js';

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
  const { choices, values } = await sorted(overrides.map(parseOverride), root);
  const parts = await new DefaultsReader(root, choices).read(file);
  const tree = new Tree(file, options);
  for (const part of parts) tree.add(part);
  tree.check();
  for (const override of values) tree.override(asHydraWouldTake(override));
  return { ...tree.composed(), files: [...new Set([file, ...parts.map((part) => part.file.file)])] };
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

/** An override chooses a group where a folder has its name, unless its value is a map. */
async function sorted(
  overrides: readonly Override[],
  root: string,
): Promise<{ choices: GroupChoices; values: Override[] }> {
  const choices = new GroupChoices();
  const values: Override[] = [];
  for (const override of overrides) {
    const group =
      override.value?.kind !== 'map' &&
      (isHydraGroup(override.key) || (await kindOf(join(root, override.key))) === 'folder');
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

  add({ content, package: pack }: Pick<Contribution, 'content' | 'package'>): void {
    const steps = pack.split('.').filter((part) => part !== '');
    const wrapped = steps.reduceRight(
      (inner, step) => mapNode(content.place, new Map([[step, inner]])),
      content,
    );
    mergeInto(this.root, wrapped, [], this.dereference);
  }

  override(override: Override): void {
    applyOverride(this.root, override, (path, whole = false) => this.select(path, whole), this.dereference);
  }

  check(): void {
    checkHydraSection(this.root);
  }

  unresolved(): PlainMap {
    return toPlain(this.root) as PlainMap;
  }

  /** Hydra's section is taken out, as Hydra does; of it only the folder of the run is told. */
  composed() {
    this.check();
    const entries = new Map(this.root.entries);
    entries.delete('hydra');
    const shown = { ...this.root, entries };
    const unresolved = toPlain(shown) as PlainMap;
    const hydra = (key: string) => this.hydra(unresolved, key);
    const resolved = resolvePlain(unresolved, undefined, { ...this.options, hydra }, this.placeOf);
    const runDir = this.hydra(unresolved, 'run.dir');
    return {
      unresolved,
      resolved,
      provenance: provenanceOf(shown),
      ...(typeof runDir === 'string' ? { runDir } : {}),
    };
  }

  /** A value of Hydra's section as a run would have it; undefined where neither a file nor an override gives it. */
  private hydra(unresolved: PlainMap, key: string): Plain | undefined {
    const section = this.root.entries.get('hydra');
    const written = section === undefined ? {} : toPlain(section);
    const job = { config_name: basename(this.file, '.yaml'), ...asMap(at(written, ['job'])) };
    const hydra = { ...asMap(written), job };
    const path = ['hydra', ...key.split('.')];
    const value = at({ hydra }, path);
    if (value === undefined || value === MISSING) return undefined;
    return new Resolver({ ...unresolved, hydra }, this.options, this.placeOf).content(path);
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

function asMap(value: Plain | undefined): PlainMap {
  return isPlainMap(value) ? value : {};
}
