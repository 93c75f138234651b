/** Where each entry along an axis of the new policy comes from in the old one: action dimensions and observations. */
import { type Dimensions, widthOf } from '../policy/dimensions.js';
import type { AxisSegment } from '../policy/family.js';
import type { ObservationSpec, PolicySpec } from '../policy/spec.js';

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

/** Where the entries of a field come from; a `DimensionMap` is one. */
interface FieldSource {
  readonly from: AxisSource;
  readonly old: Dimensions;
}

/** Along one axis: each new segment continues the old one that stands for the same, by the map of its field where it holds the field's own values. */
export function axisSource(
  old: readonly AxisSegment[],
  now: readonly AxisSegment[],
  matches: readonly ObservationMatch[],
  maps: ReadonlyMap<string, FieldSource> = new Map(),
): AxisSource {
  const starts = new Map<string, { readonly start: number; readonly width: number }>();
  let start = 0;
  for (const segment of old) {
    starts.set(identity(segment), { start, width: segment.width });
    start += segment.width;
  }
  return now.flatMap((segment) => {
    const name = continued(segment, matches);
    const before = name === undefined ? undefined : starts.get(name);
    return segmentSource(segment, before?.width ?? 0, maps).map((index) =>
      index === null ? null : before!.start + index,
    );
  });
}

/** An image's features have no map, and an encoder may make others of an observation's values. */
function segmentSource(
  segment: AxisSegment,
  oldWidth: number,
  maps: ReadonlyMap<string, FieldSource>,
): AxisSource {
  const field = fieldOf(segment);
  const map = field === undefined ? undefined : maps.get(field);
  if (map === undefined || widthOf(map.old) !== oldWidth || map.from.length !== segment.width)
    return extended(oldWidth, segment.width);
  return map.from;
}

/** `action` or the observation; undefined for what follows neither. */
export function fieldOf(segment: AxisSegment): string | undefined {
  if (segment.of === 'other') return undefined;
  return segment.of === 'action' ? segment.of : segment.key;
}

/** The identity of the old segment that a new one continues; undefined where its observation is new. */
function continued(segment: AxisSegment, matches: readonly ObservationMatch[]): string | undefined {
  if (segment.of !== 'observation') return identity(segment);
  const before = matches.find(({ now }) => now.key === segment.key)?.before;
  return before && identity({ ...segment, key: before.key });
}

function identity(segment: AxisSegment): string {
  switch (segment.of) {
    case 'action':
      return segment.of;
    case 'observation':
      return JSON.stringify([segment.of, segment.key, segment.step]);
    case 'other':
      return JSON.stringify([segment.of, segment.name]);
    default:
      return segment satisfies never;
  }
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

/**
 * An encoder fits images of any size and any number of points, so only the channels count; other observations need the same length.
 * `a` and `b` have the same type.
 */
function sameWidth(a: ObservationSpec, b: ObservationSpec): boolean {
  const axis = a.type === 'point_cloud' ? 1 : 0;
  return a.shape[axis] === b.shape[axis];
}
