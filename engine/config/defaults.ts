/** Expands the defaults list of a primary config into the files that take part, in the order of composition. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { RegripError } from '../base/errors.js';
import type { PlainMap } from '../base/plain.js';
import { type Choices, isHydraGroup } from './choices.js';
import {
  configPathOf,
  type DefaultsEntry,
  type FileEntry,
  groupOf,
  overrideKey,
  type Parent,
  packageOf,
  readDefaults,
} from './defaultsEntry.js';
import type { MapNode } from './node.js';
import { placeName } from './place.js';
import { resolvePlain } from './resolve.js';
import type { ComposeOptions } from './types.js';
import { type ConfigFile, readConfigFile } from './yaml.js';

/** One file's content, placed below `package` (dotted, '' for the root). */
export interface Contribution {
  readonly file: ConfigFile;
  readonly package: string;
  readonly content: MapNode;
  /** Of a group that has no defaults list of its own. */
  readonly leafKey: string | undefined;
}

/** A file on its way to be expanded: which entry asked for it, from where. */
interface Visit {
  readonly entry: FileEntry;
  readonly name: string | null;
  readonly parent: Parent;
  /** Config paths from the primary down to the file that asks. */
  readonly chain: readonly string[];
  /** Below a choice that is an interpolation, where overrides come too late. */
  readonly interpolated: boolean;
}

const MAX_FILES = 500; // far above real projects; stops lists that fan out without end
const ROOT: Parent = { group: '', package: '' };

export class DefaultsExpansion {
  private readonly cache = new Map<string, ConfigFile>();

  constructor(
    private readonly root: string,
    private readonly choices: Choices,
    private readonly options: ComposeOptions,
  ) {}

  /** `primary` is the config's name below the root. Errors name the entry or the override that is wrong. */
  async expand(primary: string): Promise<Contribution[]> {
    const place = { kind: 'override', text: primary, index: -1 } as const;
    const entry: FileEntry = { kind: 'config', path: primary, package: undefined, optional: false, place };
    const name = primary.slice(primary.lastIndexOf('/') + 1);
    const all = await this.visit({ entry, name, parent: ROOT, chain: [], interpolated: false });
    this.choices.finish();
    const leaves = all.flatMap(({ leafKey }) => leafKey ?? []);
    const twice = leaves.find((key, index) => leaves.indexOf(key) !== index);
    if (twice !== undefined) {
      throw new RegripError({
        code: 'group-twice',
        file: join(this.root, `${primary}.yaml`),
        message: `its defaults list chooses the group '${twice}' twice`,
        hint: 'leave one of them out, or give it a package: group@package',
      });
    }
    return all;
  }

  private async visit(visit: Visit): Promise<Contribution[]> {
    const { entry, name, parent, chain } = visit;
    const key = entry.kind === 'group' ? overrideKey(entry, parent) : undefined;
    if (key !== undefined && this.choices.isDeleted(key, name)) return [];
    if (key !== undefined) this.choices.remember(key, name, entry.place);
    if (name === null) return [];
    if (name === '???') throw this.unchosen(visit);
    const path = normalize(configPathOf(entry, name, parent)).replace(/\.yaml$/, '');
    if (chain.includes(path)) throw this.endless(entry, [...chain, path]);
    const file = await this.load(path, visit);
    if (file === undefined) return [];
    const here: Parent = {
      group: groupOf(entry, parent),
      package: packageOf(entry, parent, file.packageHeader),
    };
    const entries = this.entriesOf(file, chain.length === 0);
    const inner: Omit<Visit, 'entry' | 'name'> = { ...visit, parent: here, chain: [...chain, path] };
    this.collectOverrides(entries, inner);
    const children = await this.children(entries, file, inner);
    return children.length > 0 ? children : [contribution(file, here.package, key)];
  }

  /** The file's list with `_self_` at its end where it is not written, and what the command line appends. */
  private entriesOf(file: ConfigFile, isPrimary: boolean): DefaultsEntry[] {
    const entries = readDefaults(file);
    const appended = isPrimary ? this.choices.appended : [];
    if (entries.length === 0 && appended.length === 0) return [];
    const selves = entries.filter((entry) => entry.kind === 'self');
    if (selves.length > 1) {
      throw new RegripError({
        code: 'defaults',
        message: `${placeName(selves[1]!.place)}: lists _self_ twice`,
      });
    }
    const others = entries.some((entry) => entry.kind !== 'group' || !entry.override);
    const addsSelf = selves.length === 0 && (others || entries.length === 0);
    return [
      ...entries,
      ...(addsSelf ? [{ kind: 'self', place: file.root.place } as const] : []),
      ...appended,
    ];
  }

  private collectOverrides(entries: readonly DefaultsEntry[], inner: Omit<Visit, 'entry' | 'name'>): void {
    let before: DefaultsEntry | undefined;
    for (const entry of entries) {
      if (entry.kind === 'group' && entry.override) {
        if (inner.interpolated) {
          throw new RegripError({
            code: 'defaults',
            message: `${placeName(entry.place)}: an override below a group that is chosen by an interpolation`,
            hint: 'move the override to the file that holds the interpolation',
          });
        }
        before = entry;
        this.choices.entry(overrideKey(entry, inner.parent), entry.choice, entry.place);
      } else if (
        before !== undefined &&
        entry.kind !== 'self' &&
        !(entry.kind === 'group' && entry.appended)
      ) {
        throw new RegripError({
          code: 'defaults',
          message: `${placeName(before.place)}: an override stands before another entry`,
          hint: 'move overrides to the end of the defaults list',
        });
      }
    }
  }

  /** From the last entry to the first, as Hydra does: an override in a later file reaches the entries before it. */
  private async children(
    entries: readonly DefaultsEntry[],
    file: ConfigFile,
    inner: Omit<Visit, 'entry' | 'name'>,
  ): Promise<Contribution[]> {
    const parts: Contribution[][] = entries.map(() => []);
    const late: (() => Promise<void>)[] = [];
    for (let index = entries.length - 1; index >= 0; index -= 1) {
      const entry = entries[index]!;
      if (entry.kind === 'self') parts[index] = [contribution(file, inner.parent.package, undefined)];
      else if (entry.kind === 'config') {
        const follow = async (path: string, interpolated: boolean) => {
          const name = path.slice(path.lastIndexOf('/') + 1);
          parts[index] = await this.visit({ ...inner, entry: { ...entry, path }, name, interpolated });
        };
        if (entry.path.includes('${')) late.unshift(() => follow(this.filled(entry.path, entry), true));
        else await follow(entry.path, inner.interpolated);
      } else if (!entry.override) {
        const chosen = this.choices.take(overrideKey(entry, inner.parent));
        const actual =
          chosen === undefined ? entry : { ...entry, choice: chosen.choice, place: chosen.place };
        if (typeof actual.choice === 'string' && actual.choice.includes('${')) {
          const { choice } = actual;
          late.unshift(async () => {
            const name = this.filled(choice, actual);
            parts[index] = await this.visit({ ...inner, entry: actual, name, interpolated: true });
          });
        } else parts[index] = await this.group(actual, inner);
      }
    }
    for (const follow of late.reverse()) await follow();
    return parts.flat();
  }

  private async group(
    entry: Extract<FileEntry, { kind: 'group' }>,
    inner: Omit<Visit, 'entry' | 'name'>,
  ): Promise<Contribution[]> {
    const { choice } = entry;
    if (choice === null || typeof choice === 'string') return this.visit({ ...inner, entry, name: choice });
    const parts: Contribution[] = [];
    for (const option of [...choice].reverse()) {
      if (option.includes('${')) throw this.interpolatedOption(entry, option);
      const path = `${entry.group}/${option}`;
      const name = option.slice(option.lastIndexOf('/') + 1);
      parts.unshift(...(await this.visit({ ...inner, entry: { ...entry, kind: 'config', path }, name })));
    }
    return parts;
  }

  /** A choice with its interpolations filled in from the options of the other groups. */
  private filled(text: string, entry: DefaultsEntry): string {
    const known: PlainMap = Object.fromEntries(this.choices.known);
    const value = resolvePlain({ ...known, _choice_: text }, ['_choice_'], this.options)._choice_;
    if (typeof value === 'string') return value;
    throw new RegripError({
      code: 'defaults',
      message: `${placeName(entry.place)}: the choice '${text}' gives ${value}, expected a name`,
    });
  }

  private async load(path: string, visit: Visit): Promise<ConfigFile | undefined> {
    const cached = this.cache.get(path);
    if (cached !== undefined) return cached;
    const file = join(this.root, `${path}.yaml`);
    if (path.startsWith('..')) throw this.missing(path, visit, 'lies outside the config folder');
    if (!existsSync(file) || !statSync(file).isFile()) {
      const group = groupOf(visit.entry, visit.parent);
      if (visit.entry.optional || isHydraGroup(group)) return undefined;
      throw this.missing(path, visit, 'does not exist');
    }
    if (this.cache.size >= MAX_FILES) throw this.endless(visit.entry, visit.chain);
    const read = await readConfigFile(file);
    this.cache.set(path, read);
    return read;
  }

  /** The names that a group offers, for a hint. */
  private optionsOf(group: string): string {
    const folder = join(this.root, group);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const options = names.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -5));
    return options.length === 0
      ? 'check the spelling'
      : `available in ${group || '.'}: ${options.sort().join(', ')}`;
  }

  private missing(path: string, { entry, parent }: Visit, what: string): RegripError {
    return new RegripError({
      code: 'group-missing',
      message: `${placeName(entry.place)}: asks for '${path}', which ${what} (looked in ${this.root})`,
      hint: this.optionsOf(groupOf(entry, parent)),
    });
  }

  private unchosen({ entry, parent }: Visit): RegripError {
    const key = overrideKey(entry, parent);
    return new RegripError({
      code: 'group-missing',
      message: `${placeName(entry.place)}: an option must be chosen for '${key}' (it is ???)`,
      hint: `give ${key}=OPTION; ${this.optionsOf(groupOf(entry, parent))}`,
    });
  }

  private interpolatedOption(entry: DefaultsEntry, option: string): RegripError {
    return new RegripError({
      code: 'defaults',
      message: `${placeName(entry.place)}: '${option}' is an interpolation in a list of options, which Hydra refuses`,
      hint: 'write each option as an entry of its own',
    });
  }

  private endless(entry: DefaultsEntry, chain: readonly string[]): RegripError {
    return new RegripError({
      code: 'defaults-cycle',
      message: `${placeName(entry.place)}: the defaults lists include each other without end: ${chain.join(' → ')}`,
      hint: 'take one of these entries out',
    });
  }
}

function contribution(file: ConfigFile, pack: string, leafKey: string | undefined): Contribution {
  const entries = new Map([...file.root.entries].filter(([key]) => key !== 'defaults'));
  return { file, package: pack, content: { ...file.root, entries }, leafKey };
}
