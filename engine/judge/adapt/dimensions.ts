/** The dimensions of the action and of each low-dimensional observation, from the old policy to the new one. */
import { counted } from '../../base/counted.js';
import { UsageError } from '../../base/errors.js';
import { shownName } from '../../base/shown.js';
import { fieldWidths } from '../policy/dimensionNames.js';
import { type Dimensions, hasNames, namesIn, unnamed, widthOf } from '../policy/dimensions.js';
import type { PolicySpec } from '../policy/spec.js';
import { type DimensionMap, dimensionMap } from './dimensionMap.js';
import type { MapEntries } from './mapEntry.js';
import type { ObservationMatch } from './sources.js';
import { ranges } from './text.js';
import type { Loss } from './types.js';

/** By `action` or the new policy's observation; observations that are new have none. */
export type DimensionMaps = ReadonlyMap<string, DimensionMap>;

/** Throws `UsageError` where the entries name what is not there, or contradict a policy. */
export function dimensionMaps(
  old: PolicySpec,
  spec: PolicySpec,
  matches: readonly ObservationMatch[],
  entries: MapEntries = new Map(),
): DimensionMaps {
  const [before, now] = [fieldWidths(old), fieldWidths(spec)];
  const maps = new Map<string, DimensionMap>();
  for (const [field, width] of now) {
    const oldField =
      field === 'action' ? field : matches.find((match) => match.now.key === field)?.before?.key;
    const oldWidth = oldField === undefined ? undefined : before.get(oldField);
    if (oldField === undefined || oldWidth === undefined) continue;
    const sides = { old: sideOf(old, oldField, oldWidth), now: sideOf(spec, field, width) };
    maps.set(field, dimensionMap({ field, ...sides }, entries.get(field)));
  }
  const stranger = [...entries.keys()].find((field) => !maps.has(field));
  if (stranger !== undefined) throw unknownField(stranger, now, [...maps.keys()]);
  return maps;
}

/** For a checkpoint that fits as it is: every dimension continues the one in its place, whatever either config calls it. */
export function samePlaces(spec: PolicySpec, old: PolicySpec): MapEntries {
  const before = fieldWidths(old);
  const both = [...fieldWidths(spec)].filter(([field, width]) => before.get(field) === width);
  return new Map(
    both.map(([field, end]) => {
      const range = { start: 0, end };
      return [field, [{ text: `0:${end}=0:${end}`, at: range, from: { kind: 'range', range } }]];
    }),
  );
}

function sideOf({ dimensions }: PolicySpec, field: string, width: number): Dimensions {
  const told = dimensions?.[field];
  return told !== undefined && widthOf(told) === width ? told : unnamed(width);
}

function unknownField(field: string, now: ReadonlyMap<string, number>, known: readonly string[]): UsageError {
  const why = now.has(field)
    ? 'this observation is new, so there is nothing that it could continue'
    : 'the new policy has no low-dimensional observation of this name';
  return new UsageError(
    `--map ${shownName(field)}: ${why}`,
    `What can be mapped: ${known.map((name) => shownName(name)).join(', ')}. An observation with another name is given by --rename OLD=NEW.`,
  );
}

/** Of the fields as wholes; which keys lose entries is noted with the keys. */
export function dimensionLosses(maps: DimensionMaps): Loss[] {
  return [...maps.values()].flatMap((map) => {
    const reasons = [...new Set(map.lost.map(({ why }) => why))];
    return reasons.map((why): Loss => {
      const lost = map.lost.filter((each) => each.why === why).map(({ index }) => index);
      const isOne = lost.length === 1 || namesIn(map.old, lost).length === 1;
      const [has, is] = isOne ? ['has', 'is'] : ['have', 'are'];
      const what = why === undefined ? `${has} no place in the new policy` : `${is} not continued: ${why}`;
      return { key: map.field, what: `${lostText(map.old, lost)} ${what}` };
    });
  });
}

/** Names that a message spells out. */
const MAX_NAMES = 12;

/** `gripper (old dimension 7)`; the numbers alone where they have no names. */
function lostText(old: Dimensions, lost: readonly number[]): string {
  const numbers = `old dimension${lost.length === 1 ? '' : 's'} ${ranges(lost)}`;
  const names = namesIn(old, lost);
  if (names.length === 0) return numbers;
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return `${names.slice(0, MAX_NAMES).map(shownName).join(', ')}${more} (${numbers})`;
}

export interface MapSuggestion {
  /** As `--map` takes it. */
  readonly entry: string;
  readonly why: string;
}

/** Runs of the new side that continue nothing, with runs of the old side that nothing continues, where they are as wide. */
export function suggestedEntries({ old, now, from, lost, by }: DimensionMap): MapSuggestion[] {
  if (by === 'map') return []; // who gave a map has said what is new
  const free = old.filter(
    ({ start, width }) =>
      lost.filter(({ index }) => index >= start && index < start + width).length === width,
  );
  return now.flatMap((range) => {
    const isNew =
      range.name !== undefined &&
      from.slice(range.start, range.start + range.width).every((source) => source === null);
    const index = isNew
      ? free.findIndex((other) => other.width === range.width && mayContinue(other, range))
      : -1;
    if (index < 0) return [];
    const [other] = free.splice(index, 1);
    const source = other!.name ?? `${other!.start}:${other!.start + other!.width}`;
    return [
      { entry: `${range.name}=${source}`, why: `both have ${counted(range.width, 'entry', 'entries')}` },
    ];
  });
}

/** What could be meant, as `--map` takes it: one text for each field. */
export function suggestedMaps(maps: readonly DimensionMap[]): string[] {
  return maps.flatMap((map) => {
    const entries = suggestedEntries(map).map(({ entry }) => entry);
    if (entries.length === 0) return [];
    return [`${map.field === 'action' ? '' : `${map.field}: `}${entries.join(',')}`];
  });
}

function mayContinue(old: Dimensions[number], now: Dimensions[number]): boolean {
  return old.rotation === undefined || now.rotation === undefined || old.rotation === now.rotation;
}

/** Both sides have names, of which none is shared, so that the places alone were matched. */
export function namesDisagree({ old, now, by }: DimensionMap): boolean {
  return (
    by === 'position' &&
    hasNames(old) &&
    hasNames(now) &&
    !now.some(({ name }) => old.some((range) => name !== undefined && range.name === name))
  );
}
