/** Where each dimension of an action or observation comes from: as a line for a person, and as plain data for forms and scripts. */
import { shownName } from '../../base/shown.js';
import { type Dimensions, dimensionName, hasNames, rangeAt, runName, widthOf } from '../policy/dimensions.js';
import type { DimensionMap } from './dimensionMap.js';
import { type MapSuggestion, suggestedEntries } from './dimensions.js';
import { ranges } from './text.js';

interface SideDocument {
  readonly width: number;
  /** All entries in their order; without `name` where nobody says what they are. */
  readonly ranges: Dimensions;
}

export interface DimensionsDocument {
  /** `action` or the new policy's observation, as `--map` takes it. */
  readonly field: string;
  readonly by: DimensionMap['by'];
  readonly old: SideDocument;
  readonly new: SideDocument;
  /** For each new dimension the old one, or null where it is new. */
  readonly from: readonly (number | null)[];
  readonly lost: readonly { readonly index: number; readonly name: string; readonly why: string | null }[];
  readonly suggestions: readonly MapSuggestion[];
}

export function dimensionsDocument(map: DimensionMap): DimensionsDocument {
  const { field, by, old, now, from, lost } = map;
  return {
    field,
    by,
    old: { width: widthOf(old), ranges: old },
    new: { width: widthOf(now), ranges: now },
    from,
    lost: lost.map(({ index, why }) => ({ index, name: dimensionName(old, index), why: why ?? null })),
    suggestions: suggestedEntries(map),
  };
}

/** Old dimensions keep their places and nothing has a name, so that there is nothing to tell. */
export function isPlain({ old, now, from, by }: DimensionMap): boolean {
  return (
    by !== 'map' &&
    !hasNames(old) &&
    !hasNames(now) &&
    from.every((source, index) => source === null || source === index)
  );
}

/** Runs that a line tells. */
const MAX_RUNS = 16;

/** `left (0–6) ← 7–13, gripper (7) new`: the new dimensions in their order, each with the old ones that it continues. */
export function dimensionsText({ old, now, from, lost }: DimensionMap): string {
  const runs = runsOf(now, from).map(({ start, width, source }) => {
    const name = runName(now, start, width);
    const target = name === undefined ? span(start, width) : `${shownName(name)} (${span(start, width)})`;
    if (source === null) return `${target} new`;
    const before = runName(old, source, width);
    const known = before === undefined || before === name ? '' : ` ${shownName(before)}`;
    return `${target} ← old${known} ${known === '' ? span(source, width) : `(${span(source, width)})`}`;
  });
  const shown = runs.slice(0, MAX_RUNS);
  const more = runs.length > MAX_RUNS ? [`${runs.length - MAX_RUNS} more`] : [];
  const dropped = lost.length === 0 ? [] : [`dropped: old ${ranges(lost.map(({ index }) => index))}`];
  return [...shown, ...more, ...dropped].join(', ');
}

interface SourceRun {
  readonly start: number;
  readonly width: number;
  /** The first old dimension; null where all are new. */
  readonly source: number | null;
}

/** A run ends where the names change or the old dimensions do not go on. */
function runsOf(now: Dimensions, from: DimensionMap['from']): SourceRun[] {
  const runs: { start: number; width: number; source: number | null }[] = [];
  from.forEach((source, index) => {
    const last = runs.at(-1);
    const expected = last === undefined || last.source === null ? null : last.source + last.width;
    const isSameRange = last !== undefined && rangeAt(now, last.start) === rangeAt(now, index);
    if (last !== undefined && isSameRange && source === expected) last.width += 1;
    else runs.push({ start: index, width: 1, source });
  });
  return runs;
}

function span(start: number, width: number): string {
  return width === 1 ? String(start) : `${start}–${start + width - 1}`;
}
