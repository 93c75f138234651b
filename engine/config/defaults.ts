/** The defaults list: which files take part, in which order, and where each one's content goes. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { RegripError } from '../base/errors.js';
import type { ConfigNode, MapNode } from './node.js';
import type { Override } from './overrides.js';
import { type ConfigFile, readConfigFile } from './yaml.js';

/** One file's content, placed below `package` (dotted, '' for the root). In the order of composition. */
export interface Contribution {
  readonly file: ConfigFile;
  readonly package: string;
  readonly content: MapNode;
}

interface Entry {
  readonly group: string | undefined;
  readonly options: readonly (string | null)[];
  readonly package: string | undefined;
  readonly optional: boolean;
  readonly override: boolean;
  readonly node: ConfigNode;
}

const MAX_FILES = 500; // a config that includes itself ends here

export class DefaultsReader {
  readonly contributions: Contribution[] = [];
  /** By group (with `@package` where given): the choice of an `override` entry or of the command line. */
  private readonly choices = new Map<string, readonly (string | null)[]>();
  private readonly used = new Set<string>();
  private files = 0;

  constructor(private readonly root: string) {}

  isGroup(key: string): boolean {
    const folder = join(this.root, key);
    return (
      !relative(this.root, folder).startsWith('..') && existsSync(folder) && statSync(folder).isDirectory()
    );
  }

  choose(override: Override): void {
    const { value } = override;
    const options =
      value === undefined
        ? [null]
        : value.kind === 'list'
          ? value.items.map((item) => optionOf(item, override.text))
          : [optionOf(value, override.text)];
    this.choices.set(choiceKey(override.key, override.package), options);
  }

  async read(primary: string): Promise<void> {
    await this.include(primary, '', '', '');
    for (const key of this.choices.keys()) {
      if (this.used.has(key)) continue;
      throw new RegripError({
        code: 'group-unused',
        file: primary,
        message: `no defaults list chooses the group '${key}'`,
        hint: `add it with +${key}=…`,
      });
    }
  }

  private async include(path: string, group: string, pack: string, from: string): Promise<void> {
    this.files += 1;
    if (this.files > MAX_FILES)
      throw new RegripError({ code: 'defaults-cycle', file: path, message: 'is included without end' });
    const file = await readConfigFile(path);
    const entries = readDefaults(file);
    for (const entry of entries) if (entry.override) this.remember(entry, group);
    const content: MapNode = {
      ...file.root,
      entries: new Map([...file.root.entries].filter(([key]) => key !== 'defaults')),
    };
    const own = () => this.contributions.push({ file, package: pack, content });
    let selfSeen = false;
    for (const entry of entries) {
      if (entry.override) continue;
      if (entry.group === undefined && entry.options[0] === '_self_') {
        if (selfSeen) throw new RegripError({ code: 'defaults', file: path, message: 'lists _self_ twice' });
        selfSeen = true;
        own();
        continue;
      }
      await this.follow(entry, group, pack, path);
    }
    if (!selfSeen) own();
    void from;
  }

  private remember(entry: Entry, group: string): void {
    const key = choiceKey(join(group, entry.group ?? ''), entry.package);
    if (!this.choices.has(key)) this.choices.set(key, entry.options);
  }

  private async follow(entry: Entry, group: string, pack: string, from: string): Promise<void> {
    const inGroup =
      entry.group === undefined
        ? group
        : entry.group.startsWith('/')
          ? entry.group.slice(1)
          : join(group, entry.group);
    const key = choiceKey(inGroup, entry.package);
    const options = entry.group === undefined ? entry.options : (this.choices.get(key) ?? entry.options);
    this.used.add(key);
    for (const option of options) {
      if (option === null) continue;
      const path = join(this.root, inGroup, `${option.replace(/\.ya?ml$/, '')}.yaml`);
      if (relative(this.root, path).startsWith('..')) throw missing(from, inGroup, option);
      if (!existsSync(path)) {
        if (entry.optional) continue;
        throw missing(from, inGroup, option);
      }
      const header = (await readConfigFile(path)).packageHeader;
      const target = packageOf(entry, group, pack, dirname(join(inGroup, option)), header);
      await this.include(
        path,
        dirname(join(inGroup, option)) === '.' ? '' : dirname(join(inGroup, option)),
        target,
        from,
      );
    }
  }
}

/** `group@package` wins, then the file's header, then the group's own path below the including file's package. */
function packageOf(
  entry: Entry,
  group: string,
  pack: string,
  inGroup: string,
  header: string | undefined,
): string {
  const below = relative(group === '' ? '.' : group, inGroup === '.' ? '.' : inGroup)
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (entry.package !== undefined) return absolutePackage(entry.package, pack, below, inGroup);
  if (header !== undefined) return absolutePackage(header, '', below, inGroup);
  return joined(pack, below.join('.'));
}

function absolutePackage(name: string, parent: string, below: readonly string[], inGroup: string): string {
  if (name === '_global_') return '';
  if (name.startsWith('_global_.')) return name.slice('_global_.'.length);
  const filled = name.replace('_group_', inGroup.replaceAll('/', '.')).replace('_here_', '');
  void below;
  return joined(parent, filled.replace(/^\.|\.$/g, ''));
}

function joined(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('.');
}

function choiceKey(group: string, pack: string | undefined): string {
  return pack === undefined ? group : `${group}@${pack}`;
}

function missing(from: string, group: string, option: string): RegripError {
  return new RegripError({
    code: 'group-missing',
    file: from,
    message: `its defaults list asks for '${join(group, option)}', which does not exist`,
    hint: 'check the spelling, or mark the entry optional',
  });
}

function readDefaults(file: ConfigFile): Entry[] {
  const list = file.root.entries.get('defaults');
  if (list === undefined) return [];
  if (list.kind !== 'list') throw malformed(file, 'is no list');
  return list.items.map((node) => {
    if (node.kind === 'scalar' && typeof node.value === 'string') {
      return {
        group: undefined,
        options: [node.value],
        package: undefined,
        optional: false,
        override: false,
        node,
      };
    }
    if (node.kind !== 'map' || node.entries.size !== 1)
      throw malformed(file, 'has an entry that is neither a name nor group: option');
    const [[key, value]] = node.entries as unknown as [[string, ConfigNode]];
    const words = key.split(/\s+/);
    const [name, pack] = words.pop()!.split('@');
    const options =
      value.kind === 'list' ? value.items.map((item) => optionOf(item, key)) : [optionOf(value, key)];
    return {
      group: name!,
      options,
      package: pack,
      optional: words.includes('optional'),
      override: words.includes('override'),
      node,
    };
  });
}

function optionOf(node: ConfigNode, where: string): string | null {
  if (
    node.kind === 'scalar' &&
    (node.value === null || typeof node.value === 'string' || typeof node.value === 'number')
  ) {
    const option = node.value === null ? null : String(node.value);
    if (option?.includes('${'))
      throw new RegripError({
        code: 'unsupported',
        message: `the choice '${option}' of ${where} is an interpolation, which is not supported in a defaults list`,
      });
    return option;
  }
  throw new RegripError({
    code: 'defaults',
    message: `the choice of ${where} is a ${node.kind}, expected a name`,
  });
}

function malformed(file: ConfigFile, what: string): RegripError {
  return new RegripError({ code: 'defaults', file: file.file, message: `the defaults list ${what}` });
}
