/** The words of `--map`: which entries of the new action or observation continue which of the old one. Text only, no policy. */
import { UsageError } from '../../base/errors.js';
import { shownJson } from '../../base/shown.js';
import { isName } from '../policy/dimensionNames.js';

/** Half-open, as Python's slices. */
export interface IndexRange {
  readonly start: number;
  readonly end: number;
}

/** What the new entries begin as. */
export type MapSource =
  | { readonly kind: 'new'; readonly width?: number }
  | { readonly kind: 'range'; readonly range: IndexRange }
  | { readonly kind: 'name'; readonly name: string }
  /** As the old policy has under the same name or, where it has none, new. */
  | { readonly kind: 'same' };

export interface MapEntry {
  /** As it was given, for messages. */
  readonly text: string;
  /** Of the new entries. */
  readonly name?: string;
  /** Where they stand; `end` is absent where only the first index was given. */
  readonly at?: { readonly start: number; readonly end?: number };
  readonly from: MapSource;
}

/** By `action` or the new policy's observation. */
export type MapEntries = ReadonlyMap<string, readonly MapEntry[]>;

/** Far above real ones; a typing slip must not become a long list. */
const MAX_INDEX = 1 << 20;
const HINT =
  'Write NEW=OLD: pose=0:7 (old entries 0 to 6), gripper=new, left_gripper@7=new (at index 7), 0:7=7:14, right=left; "agent_pos: …" in front for an observation.';

/** Adds what one `--map` says. Throws `UsageError`. */
export function addMap(text: string, before: MapEntries = new Map()): MapEntries {
  const { field, entries } = split(text);
  const parsed = entries.map((entry) => parseEntry(entry, text));
  return new Map([...before, [field, [...(before.get(field) ?? []), ...parsed]]]);
}

/** As `--map` takes them, one text for each field. */
export function mapTexts(maps: MapEntries): string[] {
  return [...maps].map(([field, entries]) => {
    const words = entries.map(({ text }) => text).join(',');
    return field === 'action' ? words : `${field}: ${words}`;
  });
}

/** `agent_pos: x=0,y=1`: what stands before the colon is a field unless it is an index or a part of an entry. */
function split(text: string): { readonly field: string; readonly entries: readonly string[] } {
  const [, field, rest] = /^\s*([^\s\d=,:@][^\s=,:@]*)\s*:(.*)$/s.exec(text) ?? [];
  const entries = (rest ?? text).split(',').map((entry) => entry.trim());
  if (entries.includes('')) throw wrong(text, 'an entry is empty');
  return { field: field ?? 'action', entries };
}

const ENTRY = /^(?<place>[^=]+?)(?:\s*=\s*(?<from>[^=]+))?$/;
const PLACE = /^(?:(?<name>[^\s=,:@]+)@)?(?<start>\d+)(?::(?<end>\d+))?$/;

function parseEntry(text: string, whole: string): MapEntry {
  const { place, from } = ENTRY.exec(text)?.groups ?? {};
  if (place === undefined) throw wrong(whole, `${shownJson(text)} is not NEW=OLD`);
  const entry = { text, ...placeOf(place, whole) };
  if (from !== undefined) return { ...entry, from: sourceOf(from.trim(), whole) };
  if (entry.name === undefined) throw wrong(whole, `${shownJson(text)} does not say what it continues`);
  return { ...entry, from: { kind: 'same' } };
}

function placeOf(text: string, whole: string): Pick<MapEntry, 'name' | 'at'> {
  const { name, start, end } = PLACE.exec(text)?.groups ?? {};
  if (start === undefined) return { name: nameIn(text, whole) };
  const range = rangeOf(start, end, whole);
  const at = end === undefined && name !== undefined ? { start: range.start } : range;
  return name === undefined ? { at } : { name: nameIn(name, whole), at };
}

function sourceOf(text: string, whole: string): MapSource {
  const [, width] = /^new(?::(\d+))?$/.exec(text) ?? [];
  if (text === 'new') return { kind: 'new' };
  if (width !== undefined) return { kind: 'new', width: rangeOf('0', width, whole).end };
  const { start, end, name } = PLACE.exec(text)?.groups ?? {};
  if (name !== undefined) throw wrong(whole, `${shownJson(text)} is not a place in the old policy`);
  if (start !== undefined) return { kind: 'range', range: rangeOf(start, end, whole) };
  return { kind: 'name', name: nameIn(text, whole) };
}

function nameIn(text: string, whole: string): string {
  if (isName(text)) return text;
  throw wrong(whole, `${shownJson(text)} is neither a name nor a range such as 0:7`);
}

function rangeOf(first: string, last: string | undefined, whole: string): IndexRange {
  const start = Number(first);
  const end = last === undefined ? start + 1 : Number(last);
  if (end <= start)
    throw wrong(whole, `${first}:${last} is empty: the second index is the one behind the last`);
  if (end > MAX_INDEX) throw wrong(whole, `${end} is too large`);
  return { start, end };
}

function wrong(text: string, what: string): UsageError {
  return new UsageError(`--map ${shownJson(text)}: ${what}`, HINT);
}
