/** What a parameter is for, and the values of the config behind each of its dimensions. */
import type { PolicySpec } from './spec.js';

export interface DimensionRole {
  /** In the field's words: `action dimension`. */
  readonly meaning: string;
  /** What it is put together of: `image 64 + robot_eef_pose 7`. */
  readonly parts?: string;
  /** Dotted paths of the config values that set its size, list entries as `a.0`; empty where the architecture sets it. */
  readonly paths: readonly string[];
}

export interface KeyRole {
  readonly meaning: string;
  /** As many as the shape has. */
  readonly dimensions: readonly DimensionRole[];
  /** Config values that decide whether the policy has this key; empty where every policy has it. */
  readonly existsBy: readonly string[];
}

/** The first rule whose pattern is the whole key counts. Without facts, what depends on them is told in general. */
export type RoleRule<Spec extends PolicySpec = PolicySpec> = readonly [
  pattern: RegExp,
  role: (groups: readonly string[], facts: Partial<Spec>) => KeyRole,
];

export function unsettable(meaning: string): DimensionRole {
  return { meaning, paths: [] };
}

export function setBy(meaning: string, ...paths: readonly string[]): DimensionRole {
  return { meaning, paths };
}

/** A role of a key that every policy has. */
export function always(meaning: string, ...dimensions: readonly DimensionRole[]): KeyRole {
  return { meaning, dimensions, existsBy: [] };
}

/** A role of a key that the config value at `path` brings or leaves out. */
export function onlyBy(path: string, role: KeyRole): KeyRole {
  return { ...role, existsBy: [...role.existsBy, path] };
}

/** Empty tensors of upstream's modules. */
export const DUMMY_ROLES: readonly RoleRule[] = [
  [
    /^(?:|model\.|mask_generator\.)_dummy_variable$/,
    () => always('empty tensor that only knows its device and dtype', unsettable('nothing')),
  ],
];

/** Undefined for a key that no rule knows. */
export function roleBy<Spec extends PolicySpec>(
  rules: readonly RoleRule<Spec>[],
  key: string,
  facts: Partial<Spec>,
): KeyRole | undefined {
  for (const [pattern, role] of rules) {
    const match = pattern.exec(key);
    if (match !== null) return role(match.slice(1), facts);
  }
  return undefined;
}

/** Every config value that a key depends on, those of its dimensions first. */
export function configPathsIn(role: KeyRole | undefined): string[] {
  if (role === undefined) return [];
  return [...new Set([...role.dimensions.flatMap(({ paths }) => paths), ...role.existsBy])];
}
