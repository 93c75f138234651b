/** A config as a tree whose every node knows where it was written and what it beat. */
import type { Plain, PlainMap } from '../base/plain.js';
import type { Scalar } from './scalar.js';
import type { Provenance } from './types.js';

interface Placed {
  readonly place: Provenance;
  /** Places that this node beat, the nearest first. */
  readonly beaten: readonly Provenance[];
}
export type ConfigNode =
  | (Placed & { readonly kind: 'map'; readonly entries: Map<string, ConfigNode> })
  | (Placed & { readonly kind: 'list'; readonly items: ConfigNode[] })
  | (Placed & { readonly kind: 'scalar'; readonly value: Scalar });
export type MapNode = Extract<ConfigNode, { kind: 'map' }>;

export function mapNode(place: Provenance, entries = new Map<string, ConfigNode>()): MapNode {
  return { kind: 'map', entries, place, beaten: [] };
}

/** The node at a path of keys and list indices. */
export function lookup(node: ConfigNode | undefined, path: readonly string[]): ConfigNode | undefined {
  return path.reduce<ConfigNode | undefined>((here, step) => {
    if (here?.kind === 'map') return here.entries.get(step);
    return here?.kind === 'list' && /^\d+$/.test(step) ? here.items[Number(step)] : undefined;
  }, node);
}

/** Whether a value is mandatory and not set. */
export function isMissing(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === '???';
}

/** `over` in the place of `under`, which it beat. */
export function beating<Node extends ConfigNode>(over: Node, under: ConfigNode | undefined): Node {
  if (under === undefined) return over;
  return { ...over, beaten: [...over.beaten, under.place, ...under.beaten] };
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
