/** A config as a tree whose every node knows where it was written and what it overrode. */
import { isPlainMap, type Plain, type PlainMap } from '../base/plain.js';
import type { Provenance } from './provenance.js';
import type { Scalar } from './yaml/scalar.js';

interface Placed {
  readonly place: Provenance;
  /** Where the value's key is written, in a file. */
  readonly key?: Provenance;
  /** Places that this node overrode, the nearest first. */
  readonly beaten: readonly Provenance[];
}
export type ConfigNode = MapNode | ListNode | ScalarNode;
export type MapNode = Placed & { readonly kind: 'map'; readonly entries: Map<string, ConfigNode> };
type ListNode = Placed & { readonly kind: 'list'; readonly items: ConfigNode[] };
type ScalarNode = Placed & { readonly kind: 'scalar'; readonly value: Scalar };

/** The value of a node that must still be set. */
export const MISSING = '???';

export function mapNode(place: Provenance, entries = new Map<string, ConfigNode>()): MapNode {
  return { kind: 'map', entries, place, beaten: [] };
}

export function isMissing(node: ConfigNode | undefined): boolean {
  return node?.kind === 'scalar' && node.value === MISSING;
}

export function isInterpolation(node: ConfigNode | undefined): boolean {
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${');
}

/** A copy that can be changed without changing `node`. */
export function copyOf<Node extends ConfigNode>(node: Node): Node {
  if (node.kind === 'map') {
    return { ...node, entries: new Map([...node.entries].map(([key, child]) => [key, copyOf(child)])) };
  }
  return node.kind === 'list' ? { ...node, items: node.items.map(copyOf) } : node;
}

/** `winner` in place of `loser`, with the loser's place recorded. */
export function beats<Node extends ConfigNode>(winner: Node, loser: ConfigNode | undefined): Node {
  return loser === undefined
    ? winner
    : { ...winner, beaten: [...winner.beaten, loser.place, ...loser.beaten] };
}

export function lookup(root: ConfigNode, path: readonly (string | number)[]): ConfigNode | undefined {
  return path.reduce<ConfigNode | undefined>((here, step) => {
    if (here?.kind === 'map') return here.entries.get(String(step));
    return here?.kind === 'list' ? here.items[Number(step)] : undefined;
  }, root);
}

/** Without provenance; interpolations stay text. */
export function toPlain(node: ConfigNode): Plain {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toPlain);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, value]) => [key, toPlain(value)])) as PlainMap;
  }
}

/** A tree all of which was written at `place`. */
export function fromPlain(value: PlainMap, place: Provenance): MapNode;
export function fromPlain(value: Plain, place: Provenance): ConfigNode;
export function fromPlain(value: Plain, place: Provenance): ConfigNode {
  if (isPlainMap(value)) {
    const entries = Object.entries(value).map(([key, child]) => [key, fromPlain(child, place)] as const);
    return mapNode(place, new Map(entries));
  }
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map((item) => fromPlain(item, place)), place, beaten: [] };
  }
  return { kind: 'scalar', value: value as Scalar, place, beaten: [] };
}

/** `file:line:column`, or the override, for a message. */
export function placeText(place: Provenance): string {
  return place.kind === 'file'
    ? `${place.file}:${place.line}:${place.column}`
    : `the override '${place.text}'`;
}

/** By dotted path: the winner first, then what it overrode. */
export function provenanceOf(root: MapNode): Map<string, Provenance[]> {
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
