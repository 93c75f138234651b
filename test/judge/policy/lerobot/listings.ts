/** What LeRobot's own policies were built with and hold: the fixtures that `make.py` wrote. */
import { readFileSync } from 'node:fs';
import type { PlainMap } from '../../../../engine/base/plain.js';
import type { PolicySpec } from '../../../../engine/judge/policy/spec.js';

/** [key, shape, kind]: a trained parameter or a buffer, with the dtype where it is not float32. */
export type Row = readonly [string, readonly number[], 'p' | 'b' | 'b#int64'];

export interface Variant {
  readonly name: string;
  /** Its config.json as a training config. */
  readonly resolved: PlainMap;
  /** How many tensors each group of the optimizer has. */
  readonly groups: readonly number[];
  readonly rows: readonly Row[];
}

interface Listing {
  readonly rows: readonly Row[];
  readonly variants: readonly {
    readonly name: string;
    readonly config: PlainMap;
    readonly groups: readonly number[];
    readonly rows: readonly (readonly [number, number])[];
  }[];
}

export function variantsOf(policy: 'diffusion' | 'act', className: string): Variant[] {
  const file = new URL(`../../../fixtures/families/lerobot/${policy}.json`, import.meta.url);
  const listing = JSON.parse(readFileSync(file, 'utf8')) as Listing;
  const target = `lerobot.policies.${policy}.modeling_${policy}.${className}`;
  return listing.variants.map(({ name, config, groups, rows }) => ({
    name,
    resolved: { policy: { _target_: target, ...config } },
    groups,
    rows: rows.flatMap(([first, last]) => listing.rows.slice(first, last + 1)),
  }));
}

/** A spec's keys as the fixtures list them. */
export function rowsOf({ parameters }: PolicySpec): Row[] {
  return parameters.map(({ key, shape, kind, dtype }) => {
    const letter = kind === 'parameter' ? 'p' : 'b';
    return [key, shape, (dtype === 'float32' ? letter : `${letter}#${dtype}`) as Row[2]];
  });
}
