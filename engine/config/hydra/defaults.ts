/** The defaults lists: which files take part, in what order, and where each one's content goes. */
import { join } from 'node:path';
import type { PlainMap } from '../../base/plain.js';
import { type Budget, BudgetSpent } from '../budget.js';
import { ConfigError } from '../configError.js';
import { accepted, type ConfigFile, type ConfigFiles } from '../configFile.js';
import type { ConfigSources } from '../configSources.js';
import type { MapNode } from '../node.js';
import { resolveText } from '../resolve/resolve.js';
import { attempt, attemptAsync, type Tolerance } from '../tolerance.js';
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

/** One file's content, placed below `package` (dotted, '' for the root). In the order of composition. */
export interface Contribution {
  readonly file: ConfigFile;
  readonly package: string;
  readonly content: MapNode;
  /** The group that chose it; each may choose once. */
  readonly key: string | undefined;
  readonly where: string;
}

/** Hydra's own config, which it composes in front of the primary one. */
const SECTION = 'hydra/config';
const MAX_DEPTH = 30; // stops a config that lists itself

export class DefaultsReader {
  constructor(
    private readonly root: string,
    private readonly sources: ConfigSources,
    private readonly choices: GroupChoices,
    private readonly files: ConfigFiles,
    private readonly tolerance: Tolerance,
    private readonly budget: Budget,
  ) {}

  /** Everything that the primary config is composed of, after Hydra's own section; the primary's list is followed first. */
  async read(primary: ConfigFile, name: string): Promise<Contribution[]> {
    await attemptAsync(this.tolerance, () => this.refuseShadow(), undefined);
    const own = await this.expand(placedConfig(name, primary.file), primary, 0, false);
    const section = await this.sources.find(SECTION);
    const hydras = await this.expand(placedConfig(SECTION, 'Hydra 1.3'), section!, 1, false);
    attempt(this.tolerance, () => this.choices.checkUsed(), undefined);
    const all = [...hydras, ...own];
    const keys = new Set<string>();
    for (const { key, where } of all) {
      if (key !== undefined && keys.has(key))
        this.tolerance.report(wrong(where, `chooses ${key} a second time`));
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
      throw new ConfigError({
        code: 'defaults-cycle',
        file: placed.entry.where,
        message: `includes '${configPath(placed)}' endlessly`,
      });
    }
    this.budget.include(file.root, placed.entry.where);
    const entries = attempt(this.tolerance, () => this.entries(file, depth === 0), [selfEntry(file.file)]);
    const pack = packageOf(placed, file.packageHeader);
    const children = entries.map((entry) => ({ entry, parentGroup: groupPath(placed), parentPackage: pack }));
    attempt(this.tolerance, () => this.rememberOverrides(children, interpolated), undefined);
    const own = contribution(file, pack, placed);
    const parts = new Map<Placed, Contribution[]>();
    const later: Placed[] = [];
    for (const child of [...children].reverse()) {
      if (isSelf(child.entry)) parts.set(child, [{ ...own, key: undefined }]);
      else if (child.entry.override) continue;
      else if (isOpen(child, this.choices)) later.push(child);
      else parts.set(child, await this.tolerated(() => this.follow(child, depth + 1, interpolated)));
    }
    const known = this.choices.asPlain();
    for (const child of later)
      parts.set(child, await this.tolerated(() => this.followInterpolation(child, known, depth + 1)));
    const all = children.flatMap((child) => parts.get(child) ?? []);
    return parts.size === 0 ? [own] : all;
  }

  /** An entry that cannot be followed contributes nothing, after its problem is reported. */
  private async tolerated(follow: () => Promise<Contribution[]>): Promise<Contribution[]> {
    try {
      return await follow();
    } catch (problem) {
      // A config that lists itself twice would be followed 2^30 times if every branch's end were tolerated.
      if (
        problem instanceof BudgetSpent ||
        (problem instanceof ConfigError && problem.code === 'defaults-cycle')
      )
        throw problem;
      this.tolerance.report(problem);
      return [];
    }
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
          'move the overrides to the end of the defaults list',
        );
      }
      if (!entry.override) continue;
      last = entry;
      if (interpolated)
        throw wrong(entry.where, 'overrides a group inside a config that is chosen by an interpolation');
      this.choices.remember(child);
    }
  }

  private async follow(child: Placed, depth: number, interpolated: boolean): Promise<Contribution[]> {
    const { entry } = child;
    const option = this.choices.chosen(child);
    if (option === null || typeof option === 'string')
      return this.include({ ...child, entry: { ...entry, option } }, depth, interpolated);
    const parts: Contribution[][] = [];
    for (const name of [...option].reverse()) {
      if (name.includes('${'))
        throw wrong(entry.where, `'${name}': Hydra does not allow interpolations in a list of options`);
      const one = { ...entry, group: undefined, option: `${entry.group}/${name}` };
      parts.unshift(await this.include({ ...child, entry: one }, depth, interpolated));
    }
    return parts.flat();
  }

  private async followInterpolation(child: Placed, known: PlainMap, depth: number): Promise<Contribution[]> {
    const { entry } = child;
    // For a name without a group Hydra resolves the whole path, then looks it up below the group again.
    const text = entry.group === undefined ? configPath(child) : String(this.choices.chosen(child));
    const option = resolveText(text, known, entry.where);
    return this.include({ ...child, entry: { ...entry, option } }, depth, true);
  }

  private async include(placed: Placed, depth: number, interpolated: boolean): Promise<Contribution[]> {
    const { entry } = placed;
    if (this.choices.isDeleted(placed)) return [];
    this.choices.meet(placed);
    const name = optionName(placed);
    if (name === null) return [];
    if (name === '???') throw this.unchosen(placed);
    const file = await this.sources.find(configPath(placed));
    if (file !== undefined) return this.expand(placed, accepted(file, this.tolerance), depth, interpolated);
    if (entry.optional) return [];
    throw this.missing(placed);
  }

  /** Hydra checks its own config against a schema and refuses any other of that name. */
  private async refuseShadow(): Promise<void> {
    const path = join(this.root, 'hydra', 'config.yaml');
    if ((await this.files.kindOf(path)) === undefined) return;
    throw new ConfigError({
      code: 'hydra-config',
      file: path,
      message: "has the name of Hydra's own config, which Hydra 1.3 refuses",
      hint: 'rename it, or write its keys below hydra: in the primary config',
    });
  }

  private unchosen(placed: Placed): ConfigError {
    const key = overrideKey(placed);
    return wrong(placed.entry.where, `'${key}' must be chosen`, `give ${key}=OPTION`);
  }

  private missing(placed: Placed): ConfigError {
    return new ConfigError({
      code: 'group-missing',
      file: placed.entry.where,
      subject: groupPath(placed),
      message: `the defaults list names '${configPath(placed)}', which does not exist`,
      hint: 'check the spelling, or mark the entry optional',
    });
  }
}

function contribution(file: ConfigFile, pack: string, placed: Placed): Contribution {
  const entries = new Map([...file.root.entries].filter(([key]) => key !== 'defaults'));
  const key = placed.entry.group === undefined ? undefined : overrideKey(placed);
  return { file, package: pack, content: { ...file.root, entries }, key, where: placed.entry.where };
}

function placedConfig(option: string, where: string): Placed {
  return { entry: { ...selfEntry(where), option }, parentGroup: '', parentPackage: '' };
}

function isOpen(child: Placed, choices: GroupChoices): boolean {
  const option = choices.chosen(child);
  return typeof option === 'string' && option.includes('${');
}
