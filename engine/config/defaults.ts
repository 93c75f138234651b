/** The defaults lists: which files take part, in which order, and where each one's content goes. */
import { join, relative } from 'node:path';
import { RegripError } from '../base/errors.js';
import { type ConfigFile, kindOf, readConfigFile } from './configFile.js';
import {
  configPath,
  type Entry,
  groupPath,
  isSelf,
  optionName,
  overrideKey,
  type Placed,
  packageOf,
  readDefaults,
  selfEntry,
  wrong,
} from './defaultEntry.js';
import type { GroupChoices } from './groupChoices.js';
import { isHydraGroup, isHydrasOption } from './hydraSection.js';
import type { MapNode } from './node.js';
import { resolveText } from './resolve.js';

/** One file's content, placed below `package` (dotted, '' for the root). In the order of composition. */
export interface Contribution {
  readonly file: ConfigFile;
  readonly package: string;
  readonly content: MapNode;
  /** The group that chose it; each may choose once. */
  readonly key: string | undefined;
  readonly where: string;
}

const MAX_FILES = 500; // far above real projects
const MAX_DEPTH = 30; // a config that lists itself ends here

export class DefaultsReader {
  private readonly cache = new Map<string, ConfigFile>();

  constructor(
    private readonly root: string,
    private readonly choices: GroupChoices,
  ) {}

  /** Everything that the primary config is composed of; the primary is read first. */
  async read(primary: string): Promise<Contribution[]> {
    const entry: Entry = { ...selfEntry(primary), option: relative(this.root, primary) };
    const placed = { entry, parentGroup: '', parentPackage: '' };
    const file = await this.file(primary);
    await this.refuseShadow();
    const own = await this.expand(placed, file, 0, false);
    this.choices.checkUsed();
    // Hydra's own defaults come before the primary's.
    const all = [...(await this.hydras()), ...own];
    const keys = new Set<string>();
    for (const { key, where } of all) {
      if (key !== undefined && keys.has(key)) throw wrong(where, `chooses ${key} a second time`);
      if (key !== undefined) keys.add(key);
    }
    return all;
  }

  /** What one config contributes, with the configs that it lists. Siblings are followed from the last, as Hydra does. */
  private async expand(
    placed: Placed,
    file: ConfigFile,
    depth: number,
    interpolated: boolean,
  ): Promise<Contribution[]> {
    if (depth > MAX_DEPTH) {
      throw new RegripError({
        code: 'defaults-cycle',
        file: placed.entry.where,
        message: `includes '${configPath(placed)}' without end`,
      });
    }
    const entries = this.entries(file, depth === 0);
    const pack = packageOf(placed, file.packageHeader);
    const children = entries.map((entry) => ({ entry, parentGroup: groupPath(placed), parentPackage: pack }));
    this.rememberOverrides(children, interpolated);
    const own = contribution(file, pack, placed);
    const parts = new Map<Placed, Contribution[]>();
    const later: Placed[] = [];
    for (const child of [...children].reverse()) {
      if (isSelf(child.entry)) parts.set(child, [{ ...own, key: undefined }]);
      else if (child.entry.override) continue;
      else if (isOpen(child, this.choices)) later.push(child);
      else parts.set(child, await this.follow(child, depth + 1, interpolated));
    }
    for (const child of later) parts.set(child, await this.followInterpolation(child, depth + 1));
    const all = children.flatMap((child) => parts.get(child) ?? []);
    return parts.size === 0 ? [own] : all;
  }

  private entries(file: ConfigFile, primary: boolean): Entry[] {
    const entries = readDefaults(file);
    const appended = primary ? this.choices.appended : [];
    const selves = entries.filter(isSelf);
    if (selves.length > 1) throw wrong(selves[1]!.where, 'lists _self_ a second time');
    const listed = entries.length === 0 ? appended.length > 0 : entries.some((entry) => !entry.override);
    const self = listed && selves.length === 0 ? [selfEntry(file.file)] : [];
    return [...entries, ...self, ...appended];
  }

  private rememberOverrides(children: readonly Placed[], interpolated: boolean): void {
    let last: Entry | undefined;
    for (const child of children) {
      const { entry } = child;
      if (isSelf(entry)) continue;
      if (last !== undefined && !entry.override && !entry.appended) {
        throw wrong(
          entry.where,
          `comes after an override (${last.where})`,
          'put the overrides at the end of the defaults list',
        );
      }
      if (!entry.override) continue;
      last = entry;
      if (interpolated)
        throw wrong(entry.where, 'overrides a group inside a config that was chosen by an interpolation');
      if (isHydras(child)) this.choices.rememberHydras(groupPath(child), entry);
      else this.choices.remember(child);
    }
  }

  private async follow(child: Placed, depth: number, interpolated: boolean): Promise<Contribution[]> {
    const { entry } = child;
    if (isHydras(child)) throw notOverridden(child);
    const option = this.choices.chosen(child);
    if (option === null || typeof option === 'string')
      return this.include({ ...child, entry: { ...entry, option } }, depth, interpolated);
    const parts: Contribution[][] = [];
    for (const name of [...option].reverse()) {
      if (name.includes('${'))
        throw wrong(entry.where, `'${name}': Hydra has no interpolation in a list of options`);
      const one = { ...entry, group: undefined, option: `${entry.group}/${name}` };
      parts.unshift(await this.include({ ...child, entry: one }, depth, interpolated));
    }
    return parts.flat();
  }

  private async followInterpolation(child: Placed, depth: number): Promise<Contribution[]> {
    const { entry } = child;
    const text = String(this.choices.chosen(child));
    const option = resolveText(text, this.choices.asPlain(), entry.where);
    return this.include({ ...child, entry: { ...entry, option } }, depth, true);
  }

  private async include(placed: Placed, depth: number, interpolated: boolean): Promise<Contribution[]> {
    const { entry } = placed;
    if (this.choices.isDeleted(placed)) return [];
    this.choices.meet(placed);
    const name = optionName(placed);
    if (name === null) return [];
    if (name === '???') throw this.unchosen(placed);
    const path = join(this.root, name.endsWith('.yaml') ? configPath(placed) : `${configPath(placed)}.yaml`);
    if ((await kindOf(path)) !== 'file') {
      if (entry.optional || isHydrasOption(groupPath(placed), name)) return [];
      throw this.missing(placed);
    }
    return this.expand(placed, await this.file(path), depth, interpolated);
  }

  private async file(path: string): Promise<ConfigFile> {
    const before = this.cache.get(path);
    if (before !== undefined) return before;
    if (this.cache.size >= MAX_FILES)
      throw new RegripError({
        code: 'defaults-cycle',
        file: path,
        message: `is config number ${MAX_FILES + 1}`,
      });
    const file = await readConfigFile(path);
    this.cache.set(path, file);
    return file;
  }

  /** Options of Hydra's groups that lie beside the configs; the others are Hydra's or a plugin's and fill its section alone. */
  private async hydras(): Promise<Contribution[]> {
    const parts: Contribution[][] = [];
    for (const [group, { option, where }] of this.choices.hydras) {
      if (typeof option !== 'string' || isHydrasOption(group, option)) continue;
      const path = join(this.root, group, `${option}.yaml`);
      if ((await kindOf(path)) !== 'file') continue;
      const placed = { entry: { ...selfEntry(where), group, option }, parentGroup: '', parentPackage: '' };
      parts.push(await this.expand(placed, await this.file(path), 1, false));
    }
    return parts.flat();
  }

  /** Hydra checks its own config against a schema and refuses any other of that name. */
  private async refuseShadow(): Promise<void> {
    const path = join(this.root, 'hydra', 'config.yaml');
    if ((await kindOf(path)) === undefined) return;
    throw new RegripError({
      code: 'hydra-config',
      file: path,
      message: "has the name of Hydra's own config, which Hydra 1.3 refuses",
      hint: 'rename it, or write its keys below hydra: in the primary config',
    });
  }

  private unchosen(placed: Placed): RegripError {
    const key = overrideKey(placed);
    return wrong(placed.entry.where, `'${key}' must be chosen`, `give ${key}=OPTION`);
  }

  private missing(placed: Placed): RegripError {
    return new RegripError({
      code: 'group-missing',
      file: placed.entry.where,
      message: `the defaults list asks for '${configPath(placed)}', which does not exist`,
      hint: 'check the spelling, or mark the entry optional',
    });
  }
}

function contribution(file: ConfigFile, pack: string, placed: Placed): Contribution {
  const entries = new Map([...file.root.entries].filter(([key]) => key !== 'defaults'));
  const key = placed.entry.group === undefined ? undefined : overrideKey(placed);
  return { file, package: pack, content: { ...file.root, entries }, key, where: placed.entry.where };
}

function notOverridden(child: Placed): RegripError {
  const message = `sets ${groupPath(child)}, which Hydra sets already`;
  return wrong(child.entry.where, message, 'write override in front of it');
}

function isHydras(placed: Placed): boolean {
  return placed.entry.group !== undefined && isHydraGroup(groupPath(placed));
}

function isOpen(child: Placed, choices: GroupChoices): boolean {
  const option = isHydras(child) ? null : choices.chosen(child);
  return typeof option === 'string' && option.includes('${');
}
