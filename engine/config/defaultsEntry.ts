/** One entry of a defaults list: how it is written, which file it means and into which package that file goes. */
import { RegripError } from '../base/errors.js';
import type { ConfigNode } from './node.js';
import { placeName } from './place.js';
import type { Provenance } from './types.js';
import type { ConfigFile } from './yaml.js';

export type Choice = string | null | readonly string[];

export type DefaultsEntry = { readonly place: Provenance } & (
  | { readonly kind: 'self' }
  | {
      readonly kind: 'config';
      readonly path: string;
      readonly package: string | undefined;
      readonly optional: boolean;
    }
  | {
      readonly kind: 'group';
      readonly group: string;
      readonly choice: Choice;
      readonly package: string | undefined;
      readonly optional: boolean;
      readonly override: boolean;
      /** Added on the command line by `+group=option`. */
      readonly appended: boolean;
    }
);
export type FileEntry = Exclude<DefaultsEntry, { kind: 'self' }>;

/** Where an entry stands: the group (folder) and the package of the file whose list holds it. */
export interface Parent {
  readonly group: string;
  readonly package: string;
}

/** The defaults list of a file, empty when it has none. */
export function readDefaults(file: ConfigFile): DefaultsEntry[] {
  const list = file.root.entries.get('defaults');
  if (list === undefined) return [];
  if (list.kind !== 'list')
    throw malformed(list, `the defaults list is a ${kindName(list)}, expected a list`);
  return list.items.map(readEntry);
}

function readEntry(node: ConfigNode): DefaultsEntry {
  if (node.kind === 'scalar' && typeof node.value === 'string') return plainEntry(node.value, node);
  if (node.kind !== 'map' || node.entries.size !== 1) {
    throw malformed(
      node,
      `a defaults entry is a ${kindName(node)}, expected a name or one pair group: option`,
    );
  }
  const [[key, value]] = [...node.entries] as [[string, ConfigNode]];
  const words = key.split(' ');
  const [group, pack] = splitPackage(words.pop()!, node);
  return {
    kind: 'group',
    group,
    package: pack,
    choice: readChoice(value),
    optional: words.includes('optional'),
    override: words.includes('override'),
    appended: false,
    place: node.place,
  };
}

function plainEntry(text: string, node: ConfigNode): DefaultsEntry {
  const [path, pack] = splitPackage(text, node);
  if (path !== '_self_') return { kind: 'config', path, package: pack, optional: false, place: node.place };
  if (pack !== undefined) throw malformed(node, '_self_ cannot be given a package');
  return { kind: 'self', place: node.place };
}

function splitPackage(text: string, node: ConfigNode): [string, string | undefined] {
  const at = text.indexOf('@');
  const name = at < 0 ? text : text.slice(0, at);
  if (name === '') throw malformed(node, `a defaults entry has no name: '${text}'`);
  return [name, at < 0 ? undefined : text.slice(at + 1)];
}

/** The option of a group: a name, several, or none. Errors on numbers, as Hydra does: an option is a file's name. */
export function readChoice(value: ConfigNode): Choice {
  if (value.kind === 'list') {
    return value.items.map((item) => {
      if (item.kind === 'scalar' && typeof item.value === 'string') return item.value;
      throw malformed(item, `an option in a list is a ${kindName(item)}, expected a name`);
    });
  }
  if (value.kind === 'scalar' && (value.value === null || typeof value.value === 'string'))
    return value.value;
  throw malformed(value, `the option of a group is a ${kindName(value)}, expected a name or a list of names`);
}

function kindName(node: ConfigNode): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'mapping' : 'list';
  return node.value === null ? 'null' : typeof node.value === 'object' ? 'number' : typeof node.value;
}

function malformed(node: ConfigNode, what: string): RegripError {
  return new RegripError({ code: 'defaults', message: `${placeName(node.place)}: ${what}` });
}

/** The folder of the entry's file, relative to the config root. */
export function groupOf(entry: FileEntry, parent: Parent): string {
  const written = relativeGroup(entry);
  const isAbsolute = (entry.kind === 'group' ? entry.group : entry.path).startsWith('/');
  return isAbsolute ? written : [parent.group, written].filter((part) => part !== '').join('/');
}

/** The file an entry means, without `.yaml`, relative to the config root. */
export function configPathOf(entry: FileEntry, name: string, parent: Parent): string {
  const group = groupOf(entry, parent);
  return group === '' ? name : `${group}/${name}`;
}

/** The group as written, without the leading slash; for a plain entry the folders before its name. */
function relativeGroup(entry: FileEntry): string {
  const written = (entry.kind === 'group' ? entry.group : entry.path).replace(/^\//, '');
  return entry.kind === 'group' ? written : written.slice(0, Math.max(0, written.lastIndexOf('/')));
}

/**
 * The dotted package of the entry's content, '' for the root: `group@package` wins, then the file's header (always absolute),
 * then the group's own path, below the package of the including file.
 */
export function packageOf(entry: FileEntry, parent: Parent, header: string | undefined): string {
  const own = writtenPackage(entry, parent) ?? absoluteHeader(header) ?? dotted(relativeGroup(entry));
  const whole = [parent.package, own].filter((part) => part !== '').join('.');
  const global = whole.lastIndexOf('_global_');
  return global < 0 ? whole : whole.slice(global + '_global_'.length + 1);
}

function writtenPackage(entry: FileEntry, parent: Parent): string | undefined {
  if (entry.package === undefined) return undefined;
  if (entry.package === '_here_') return '';
  if (!entry.package.includes('_group_')) return entry.package;
  return `_global_.${entry.package.replaceAll('_group_', dotted(groupOf(entry, parent)))}`;
}

function absoluteHeader(header: string | undefined): string | undefined {
  if (header === undefined || header === '_global_' || header.startsWith('_global_.')) return header;
  return `_global_.${header}`;
}

/** How an override names the entry: the group, with `@package` where that differs from the group's own. */
export function overrideKey(entry: FileEntry, parent: Parent): string {
  const group = groupOf(entry, parent);
  const pack = packageOf(entry, parent, undefined);
  return pack === dotted(group) ? group : `${group}@${pack === '' ? '_global_' : pack}`;
}

function dotted(group: string): string {
  return group.replaceAll('/', '.');
}
