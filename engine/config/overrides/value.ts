/** What an override's value can be while it is parsed: plain values, and sweeps over several, which only functions may use. */
import type { ConfigNode } from '../node.js';
import type { Provenance } from '../provenance.js';
import { UNKNOWN_ORDER } from '../resolve/resolvers.js';
import type { Scalar } from '../yaml/scalar.js';

export type OverrideValue =
  | { readonly kind: 'scalar'; readonly value: Scalar; readonly quote?: string | undefined }
  | { readonly kind: 'list'; readonly items: readonly OverrideValue[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, OverrideValue> }
  /** A list whose order is drawn anew in each run. */
  | { readonly kind: 'shuffled'; readonly items: readonly OverrideValue[] }
  | Sweep;

type Sweep =
  | { readonly kind: 'choice'; readonly simple: boolean; readonly items: readonly OverrideValue[] }
  | { readonly kind: 'range' | 'interval'; readonly numbers: readonly Scalar[] }
  | { readonly kind: 'glob' };

export function scalarOf(value: Scalar, quote?: string): OverrideValue {
  return { kind: 'scalar', value, quote };
}

export function isSweep(value: OverrideValue): value is Sweep {
  return ['choice', 'range', 'interval', 'glob'].includes(value.kind);
}

/** As a tree all of which was written at `place`; undefined where a sweep lies inside a list or a map. */
export function nodeOf(value: OverrideValue, place: Provenance): ConfigNode | undefined {
  switch (value.kind) {
    case 'scalar':
      return { kind: 'scalar', value: value.value, place, beaten: [] };
    case 'shuffled':
      return { kind: 'scalar', value: UNKNOWN_ORDER, place, beaten: [] };
    case 'list': {
      const items = value.items.map((item) => nodeOf(item, place));
      return items.every((item) => item !== undefined)
        ? { kind: 'list', items, place, beaten: [] }
        : undefined;
    }
    case 'map': {
      const entries = new Map<string, ConfigNode>();
      for (const [key, child] of value.entries) {
        const node = nodeOf(child, place);
        if (node === undefined) return undefined;
        entries.set(key, node);
      }
      return { kind: 'map', entries, place, beaten: [] };
    }
    default:
      return undefined;
  }
}
