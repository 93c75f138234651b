/** What a parameter is for, and the values of the config behind each of its dimensions. */
import type { ObservationSpec } from './spec.js';

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

export interface RoleFacts {
  /** In the order of `shape_meta.obs`; without them, what depends on their kind is told in general. */
  readonly observations?: readonly ObservationSpec[];
}

/** The first rule whose pattern is the whole key counts. */
export type RoleRule = readonly [
  pattern: RegExp,
  role: (groups: readonly string[], facts: RoleFacts) => KeyRole,
];

export const OBSERVATIONS = 'policy.shape_meta.obs';

export function fixed(meaning: string): DimensionRole {
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
