/** Where each column of the new policy comes from in the old one: action dimensions and joined observations. */
import { featureWidth, type ObservationSpec, type PolicySpec } from '../policy/spec.js';

/** For each new index the old one, or null where the entry is new. */
export type AxisSource = readonly (number | null)[];

/** The old dimensions keep their places; what the new policy adds follows them. */
export function extended(from: number, to: number): AxisSource {
  return Array.from({ length: to }, (_, index) => (index < from ? index : null));
}

/** Observations of the new policy with the old one that each continues. */
export interface ObservationMatch {
  readonly now: ObservationSpec;
  readonly before: ObservationSpec | undefined;
}

/** By name, after renaming; an observation that changed its type is a new one. */
export function matchObservations(
  old: readonly ObservationSpec[],
  now: readonly ObservationSpec[],
  rename: ReadonlyMap<string, string>,
): ObservationMatch[] {
  const byNewKey = new Map(old.map((obs) => [rename.get(obs.key) ?? obs.key, obs]));
  return now.map((obs) => {
    const before = byNewKey.get(obs.key);
    return { now: obs, before: before?.type === obs.type ? before : undefined };
  });
}

/** Columns of the condition projection: each observation's features, joined in the order of `shape_meta.obs`. */
export function conditionSource(
  old: readonly ObservationSpec[],
  matches: readonly ObservationMatch[],
): AxisSource {
  const start = new Map<string, number>();
  let column = 0;
  for (const obs of old) {
    start.set(obs.key, column);
    column += featureWidth(obs);
  }
  return matches.flatMap(({ now, before }) => {
    if (before === undefined) return Array.from({ length: featureWidth(now) }, () => null);
    const first = start.get(before.key)!;
    return extended(featureWidth(before), featureWidth(now)).map((index) =>
      index === null ? null : first + index,
    );
  });
}

/** Nothing moves and nothing is new. */
export function isIdentity(from: AxisSource, oldLength: number): boolean {
  return from.length === oldLength && from.every((source, index) => source === index);
}

/** Old indices that no new one continues. */
export function lostIndices(from: AxisSource, oldLength: number): number[] {
  const kept = new Set(from);
  return Array.from({ length: oldLength }, (_, index) => index).filter((index) => !kept.has(index));
}

/** Pairs of unmatched old and new observations that have the same type and shape, each used once. */
export function suggestRenames(
  old: Pick<PolicySpec, 'observations'>,
  matches: readonly ObservationMatch[],
): Map<string, string> {
  const continued = new Set(matches.map(({ before }) => before?.key));
  const orphans = old.observations.filter((obs) => !continued.has(obs.key));
  const suggested = new Map<string, string>();
  for (const { now, before } of matches) {
    if (before !== undefined) continue;
    const index = orphans.findIndex((obs) => obs.type === now.type && sameWidth(obs, now));
    if (index >= 0) suggested.set(orphans.splice(index, 1)[0]!.key, now.key);
  }
  return suggested;
}

/** An encoder fits images of any size, so only the channels count; other observations need the same length. */
function sameWidth(a: ObservationSpec, b: ObservationSpec): boolean {
  return a.shape[0] === b.shape[0];
}
