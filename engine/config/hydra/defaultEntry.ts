/** One entry of a defaults list: what it names, where Hydra looks for it and where it puts it. */
import { ConfigError } from '../configError.js';
import type { ConfigFile } from '../configFile.js';
import { type ConfigNode, placeText } from '../node.js';

/** `group: option` has a group; a bare `name` does not, and its `option` may be a path. */
export interface Entry {
  readonly group: string | undefined;
  option: string | null | readonly string[];
  readonly package: string | undefined;
  readonly optional: boolean;
  readonly override: boolean;
  /** Added by `+group=option`. */
  readonly appended: boolean;
  /** Where it was written, for messages. */
  readonly where: string;
}

/** An entry whose option is one name, below the config that lists it. */
export interface Placed {
  readonly entry: Entry;
  /** The folder and the package of the config that lists it. */
  readonly parentGroup: string;
  readonly parentPackage: string;
}

const SELF = '_self_';
export const isSelf = (entry: Entry): boolean => entry.group === undefined && entry.option === SELF;

export function selfEntry(where: string): Entry {
  return {
    group: undefined,
    option: SELF,
    package: undefined,
    optional: false,
    override: false,
    appended: false,
    where,
  };
}

/** The folder that holds the option, relative to the config root. */
export function groupPath({ entry, parentGroup }: Placed): string {
  const path = entry.group ?? (entry.option as string);
  const absolute = path.startsWith('/');
  const plain = absolute ? path.slice(1) : path;
  const group = entry.group === undefined ? plain.slice(0, Math.max(0, plain.lastIndexOf('/'))) : plain;
  return absolute ? group : joined([parentGroup, group], '/');
}

export function optionName({ entry }: Placed): string | null {
  if (entry.option === null || typeof entry.option !== 'string') return null;
  return entry.group === undefined ? entry.option.slice(entry.option.lastIndexOf('/') + 1) : entry.option;
}

export function configPath(placed: Placed): string {
  return joined([groupPath(placed), optionName(placed) ?? ''], '/');
}

/** The dotted package of the option's content; `_global_` cuts off everything before it. */
export function packageOf(placed: Placed, header: string | undefined): string {
  const { entry, parentPackage } = placed;
  const own = entry.package === undefined ? headerPackage(header) : ownPackage(placed);
  const path = entry.group ?? (entry.option as string);
  const relative = (entry.group === undefined ? path.slice(0, Math.max(0, path.lastIndexOf('/'))) : path)
    .replace(/^\//, '')
    .replaceAll('/', '.');
  const whole = joined([parentPackage, own ?? relative], '.');
  const global = whole.lastIndexOf('_global_');
  return global < 0 ? whole : whole.slice(global + '_global_'.length + 1);
}

function ownPackage(placed: Placed): string {
  const name = placed.entry.package!;
  if (name === '_here_') return '';
  if (!name.includes('_group_')) return name;
  return `_global_.${name.replace('_group_', groupPath(placed).replaceAll('/', '.'))}`;
}

/** A header is absolute. */
function headerPackage(header: string | undefined): string | undefined {
  if (header === undefined || header === '_global_' || header.startsWith('_global_.')) return header;
  return `_global_.${header}`;
}

/** How the command line names the entry: `group`, or `group@package` where the package is not the group's own. */
export function overrideKey(placed: Placed): string {
  const group = groupPath(placed);
  const pack = packageOf(placed, undefined);
  return pack === group.replaceAll('/', '.') ? group : `${group}@${pack === '' ? '_global_' : pack}`;
}

function joined(parts: readonly string[], by: string): string {
  return parts.filter((part) => part !== '').join(by);
}

export function readDefaults(file: ConfigFile): Entry[] {
  const list = file.root.entries.get('defaults');
  if (list === undefined) return [];
  if (list.kind !== 'list')
    throw wrong(placeText(list.place), `the defaults list is a ${list.kind}, but must be a list`);
  return list.items.map(entryOf);
}

function entryOf(node: ConfigNode): Entry {
  const where = placeText(node.place);
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    const [path, pack] = split(node.value);
    checkPath(path, where);
    if (path === SELF && pack !== undefined) throw wrong(where, 'Hydra does not support _self_@PACKAGE');
    return { ...selfEntry(where), option: path, package: pack };
  }
  if (node.kind !== 'map' || node.entries.size !== 1) {
    throw wrong(
      where,
      `the defaults list holds a ${node.kind}, but a name or a single 'group: option' was expected`,
    );
  }
  const [[key, value]] = [...node.entries] as [[string, ConfigNode]];
  const [name, pack] = split(key);
  const words = name.split(' ');
  const group = words.pop()!;
  checkPath(group, where);
  const odd = words.find((word) => word !== 'optional' && word !== 'override' && word !== '');
  if (odd !== undefined || group === '')
    throw wrong(where, `'${key}' is not a valid group in a defaults list`);
  return {
    group,
    option: optionOf(value, where),
    package: pack,
    optional: words.includes('optional'),
    override: words.includes('override'),
    appended: false,
    where,
  };
}

function split(text: string): [string, string | undefined] {
  const at = text.indexOf('@');
  if (at < 0) return [text, undefined];
  return [text.slice(0, at), text.slice(at + 1).split(':')[0]];
}

/** What a group is set to: a name, several, or null for none. */
export function optionOf(node: ConfigNode, where: string): string | null | readonly string[] {
  if (node.kind === 'scalar' && (node.value === null || typeof node.value === 'string')) {
    if (node.value !== null) checkPath(node.value, where);
    return node.value;
  }
  if (
    node.kind === 'list' &&
    node.items.every((item) => item.kind === 'scalar' && typeof item.value === 'string')
  ) {
    const names = node.items.map((item) => String(item.kind === 'scalar' ? item.value : ''));
    for (const name of names) checkPath(name, where);
    return names;
  }
  throw wrong(
    where,
    'a group must be set to a name or a list of names, as text',
    'quote a name that YAML reads as a number',
  );
}

function checkPath(path: string, where: string): void {
  if (!path.split('/').includes('..')) return;
  throw new ConfigError({
    code: 'unsupported',
    file: where,
    message: `'${path}' leaves its folder through '..', which is not supported`,
    hint: "give it relative to the config root, with a leading '/'",
  });
}

export function wrong(where: string, message: string, hint?: string): ConfigError {
  const facts = { code: 'defaults', file: where, message } as const;
  return new ConfigError(hint === undefined ? facts : { ...facts, hint });
}
