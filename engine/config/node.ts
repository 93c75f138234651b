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

/** OmegaConf's merge: maps key by key, everything else is replaced. Returns a new tree; the sources stay. */
export function merge(under: ConfigNode, over: ConfigNode): ConfigNode {
  if (under.kind !== 'map' || over.kind !== 'map') {
    return { ...over, beaten: [...over.beaten, under.place, ...under.beaten] };
  }
  const entries = new Map(under.entries);
  for (const [key, node] of over.entries) {
    const before = entries.get(key);
    entries.set(key, before === undefined ? node : merge(before, node));
  }
  return { ...over, entries, beaten: [...over.beaten, under.place, ...under.beaten] };
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
