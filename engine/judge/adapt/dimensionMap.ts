/** Which entry of the old action or observation each entry of the new one continues: by a map that was given, by names, else by position. */
import { counted } from '../../base/counted.js';
import { shownName } from '../../base/shown.js';
import { type Dimensions, hasNames, laidOut, type Run, rangeAt, widthOf } from '../policy/dimensions.js';
import type { MapEntry } from './mapEntry.js';
import { placeEntries, placeWaiting } from './mapPlaces.js';
import { type MappedField, Placed } from './placed.js';
import { formReason, refuseOtherForms, refuseParts } from './rotations.js';
import { type AxisSource, lostIndices } from './sources.js';

export interface DimensionMap extends MappedField {
  /** `now` has the names that the map gave and those that go on from the old policy. */
  readonly now: Dimensions;
  readonly from: AxisSource;
  readonly by: 'map' | 'names' | 'position';
  /** Old entries that no new one continues, in their order. */
  readonly lost: readonly LostDimension[];
}

export interface LostDimension {
  readonly index: number;
  /** Absent where the new policy just has no place for it. */
  readonly why?: string;
}

/** Throws `UsageError` where the entries contradict each other or a policy. */
export function dimensionMap(field: MappedField, entries: readonly MapEntry[] = []): DimensionMap {
  const placed = new Placed(field);
  const waiting = placeEntries(field, entries, placed);
  const refused = new Map<number, string>();
  const shared = matchNames(field, placed, refused);
  continueInOrder(field, placed, { refused, shared });
  placeWaiting(waiting, field, placed);
  refuseParts(field, placed, refused);
  const named = { ...field, now: namesOf(field, placed, placed.sources()) };
  refuseOtherForms(named, placed, refused);
  const from = placed.sources();
  const lost = lostIndices(from, widthOf(field.old)).map((index): LostDimension => {
    const why = refused.get(index) ?? formReason(named, index);
    return { index, ...(why !== undefined && { why }) };
  });
  const by = entries.length > 0 ? 'map' : shared > 0 ? 'names' : 'position';
  return { ...named, from, by, lost };
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** What the entries do not mention continues what has the same name. Returns how many names both sides have. */
function matchNames({ old, now }: MappedField, placed: Placed, refused: Map<number, string>): number {
  let shared = 0;
  for (const range of now) {
    const before = range.name === undefined ? undefined : old.find(({ name }) => name === range.name);
    if (before === undefined || !placed.isFree(range.start, range.width)) continue;
    if (!placed.isUnused(before.start, before.width)) continue;
    shared += 1;
    if (before.width === range.width) {
      placed.put(range.start, before.start, range.width);
      continue;
    }
    placed.put(range.start, null, range.width);
    const why = `${shownName(before.name!)} has ${counted(before.width, 'dimension')} in the old policy and ${range.width} in the new one`;
    for (let at = 0; at < before.width; at += 1) refused.set(before.start + at, why);
  }
  return shared;
}

interface Known {
  readonly refused: ReadonlyMap<number, string>;
  /** Runs whose names are on both sides. */
  readonly shared: number;
}

/**
 * What neither the map nor a name tells keeps its order around what they do; nothing of it is continued where they change the order,
 * for then only the user knows. Where names are shared, one name does not become another by its place.
 */
function continueInOrder({ old, now }: MappedField, placed: Placed, { refused, shared }: Known): void {
  if (!placed.keepsOrder()) return;
  const areNamed = (to: number, from: number) =>
    rangeAt(now, to)?.name !== undefined && rangeAt(old, from)?.name !== undefined;
  const ends = placed.sourcesBehind(widthOf(old));
  let next = 0;
  for (let to = 0; to < ends.length; to += 1) {
    const given = placed.at(to);
    if (given !== undefined) {
      next = given === null ? next : given + 1;
      continue;
    }
    const end = ends[to]!;
    while (next < end && (refused.has(next) || !placed.isUnused(next, 1))) next += 1;
    if (next >= end || (shared > 0 && areNamed(to, next))) continue;
    placed.putByPlace(to, next);
    next += 1;
  }
}

/** The config's own names, then the map's, then those of old runs that go on whole. */
function namesOf({ old, now }: MappedField, placed: Placed, from: AxisSource): Dimensions {
  const runs: (Run & { readonly start: number })[] = [];
  const isOpen = (start: number, width: number) =>
    indices(width).every(
      (at) => rangeAt(now, start + at)?.name === undefined && !runs.some((run) => overlaps(run, start + at)),
    );
  runs.push(...now.filter(({ name }) => name !== undefined));
  runs.push(...placed.named.filter(({ start, width }) => isOpen(start, width)));
  for (const range of old) {
    const start = from.indexOf(range.start);
    const isWhole = start >= 0 && indices(range.width).every((at) => from[start + at] === range.start + at);
    const isTaken = runs.some(({ name }) => name === range.name);
    if (range.name !== undefined && isWhole && !isTaken && isOpen(start, range.width))
      runs.push({ ...range, start });
  }
  return runs.length === 0 ? now : withGaps(runs, widthOf(now));
}

function overlaps(
  { start, width }: { readonly start: number; readonly width: number },
  index: number,
): boolean {
  return index >= start && index < start + width;
}

/** What stands between the named runs has no name. */
function withGaps(runs: readonly (Run & { readonly start: number })[], width: number): Dimensions {
  let end = 0;
  const all: Run[] = [];
  for (const run of [...runs].sort((a, b) => a.start - b.start)) {
    if (run.start > end) all.push({ width: run.start - end });
    all.push(run);
    end = run.start + run.width;
  }
  if (end < width) all.push({ width: width - end });
  return laidOut(all);
}

/** Whether the new policy's config does not say yet what the map knows. */
export function namesToRemember({ now }: DimensionMap, told: Dimensions | undefined): boolean {
  return hasNames(now) && runsText(now) !== runsText(told ?? []);
}

function runsText(dimensions: Dimensions): string {
  return JSON.stringify(dimensions.map(({ name, width }) => [name, width]));
}
