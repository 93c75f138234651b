/** Gives each entry of a map its width, what it continues and its place; what contradicts the policies is a wrong call. */
import { counted } from '../../base/counted.js';
import { UsageError } from '../../base/errors.js';
import { shownJson, shownName } from '../../base/shown.js';
import { isSlip } from '../../base/slip.js';
import { type DimensionRange, type Dimensions, hasNames, rangeAt, widthOf } from '../policy/dimensions.js';
import type { MapEntry } from './mapEntry.js';
import type { MappedField, Placed } from './placed.js';

/** An entry with its facts looked up. */
interface Part {
  readonly entry: MapEntry;
  readonly width: number;
  /** The first old index; null where it is new. */
  readonly from: number | null;
  /** The first new index; undefined where neither the map nor the new config says it. */
  readonly start: number | undefined;
}

/** Puts them into `placed`; returns those new ones that take what is left in the end. Throws `UsageError`. */
export function placeEntries(
  field: MappedField,
  entries: readonly MapEntry[],
  placed: Placed,
): readonly Part[] {
  requireOnce(entries, field);
  const parts = entries.map((entry) => partOf(entry, field));
  for (const part of parts)
    if (part.start !== undefined) put({ ...part, start: part.start }, parts, field, placed);
  const open = parts.filter(({ start }) => start === undefined);
  if (open.length === 0) return [];
  const total = parts.reduce((sum, { width }) => sum + width, 0);
  if (total === widthOf(field.now)) return layOut(parts, field, placed);
  return stayInPlace(open, total, parts, field, placed);
}

function requireOnce(entries: readonly MapEntry[], field: MappedField): void {
  const names = entries.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw wrong(field, `${shownName(twice)} is named twice: each new dimension has a name of its own`);
}

/** A part whose place is known by now. */
type PlacedPart = Part & { readonly start: number };

/** All entries are named, so their order is that of the new action. */
function layOut(parts: readonly Part[], field: MappedField, placed: Placed): readonly Part[] {
  let next = 0;
  for (const part of parts) {
    const start = part.start ?? placed.room(part.width, next);
    if (start === undefined) throw noRoom(part, field);
    if (part.start === undefined) put({ ...part, start }, parts, field, placed);
    next = start + part.width;
  }
  return [];
}

/** Only some entries are named: what continues old ones stays where it was, and what is new waits for what is left. */
function stayInPlace(
  open: readonly Part[],
  total: number,
  parts: readonly Part[],
  field: MappedField,
  placed: Placed,
): readonly Part[] {
  const isPlain = open.every(({ from }, index) => {
    const before = index === 0 ? -1 : open[index - 1]!.from;
    return from === null || (before !== null && from > before);
  });
  if (!isPlain) {
    const named = `the map names ${total} of ${counted(widthOf(field.now), 'dimension')} of the new ${field.field}, so it does not say where ${shownJson(open[0]!.entry.text)} stands`;
    throw wrong(field, named, 'Name the others too, in their order, or say the place: left_gripper@7=new.');
  }
  for (const part of open) if (part.from !== null) put({ ...part, start: part.from }, parts, field, placed);
  return open.filter(({ from }) => from === null);
}

/** Those that waited, in what nothing else has taken. */
export function placeWaiting(waiting: readonly Part[], field: MappedField, placed: Placed): void {
  for (const part of waiting) {
    const start = placed.room(part.width);
    if (start === undefined) throw noRoom(part, field);
    put({ ...part, start }, waiting, field, placed);
  }
}

function put(
  { entry, width, from, start }: PlacedPart,
  all: readonly Part[],
  field: MappedField,
  placed: Placed,
): void {
  const size = widthOf(field.now);
  if (start + width > size)
    throw wrong(
      field,
      `${shownJson(entry.text)} ends at ${start + width}, but the new ${field.field} has ${counted(size, 'dimension')}`,
    );
  if (!placed.isFree(start, width)) {
    const other = all.find(
      (part) =>
        part.entry !== entry && part.start !== undefined && meets(part.start, part.width, start, width),
    );
    const whose = other === undefined ? '' : ` by ${shownJson(other.entry.text)} and`;
    throw wrong(field, `${dimensions('new', start, width)} given twice:${whose} by ${shownJson(entry.text)}`);
  }
  if (from !== null && !placed.isUnused(from, width)) {
    const other = all.find(
      (part) => part.entry !== entry && part.from !== null && meets(part.from, part.width, from, width),
    );
    const whose = other === undefined ? '' : ` by ${shownJson(other.entry.text)} and`;
    throw wrong(
      field,
      `${dimensions('old', from, width)} continued twice:${whose} by ${shownJson(entry.text)}`,
    );
  }
  placed.put(start, from, width);
  const { name } = entry;
  if (name !== undefined) placed.named.push({ name, start, width });
}

function dimensions(side: 'old' | 'new', start: number, width: number): string {
  if (width === 1) return `${side} dimension ${start} is`;
  return `one of the ${side} dimensions ${start} to ${start + width - 1} is`;
}

function meets(a: number, aWidth: number, b: number, bWidth: number): boolean {
  return a < b + bWidth && b < a + aWidth;
}

function partOf(entry: MapEntry, field: MappedField): Part {
  const before = sourceOf(entry, field);
  const now = entry.name === undefined ? undefined : named(entry.name, field.now);
  const { at } = entry;
  const said = at?.end === undefined ? undefined : at.end - at.start;
  const width = before.width ?? said ?? now?.width ?? 1;
  const wanted = said ?? now?.width ?? width;
  if (wanted !== width) {
    const text = shownJson(entry.text);
    throw wrong(
      field,
      `${text} gives ${counted(width, 'dimension')} to ${counted(wanted, 'dimension')} of the new ${field.field}`,
    );
  }
  requireKnownPlace(entry, now, field);
  return { entry, width, from: before.from, start: at?.start ?? now?.start };
}

/** The new config may have names of its own, which the map must not contradict. */
function requireKnownPlace(
  { name, text, at }: MapEntry,
  now: DimensionRange | undefined,
  field: MappedField,
): void {
  if (name === undefined) return;
  if (now !== undefined && at !== undefined && at.start !== now.start)
    throw wrong(field, `${shownJson(text)}: the new config has ${shownName(name)} at ${now.start}`);
  if (now !== undefined) return;
  const there = at === undefined ? undefined : rangeAt(field.now, at.start)?.name;
  const isClosed = field.now.every((range) => range.name !== undefined);
  if (there === undefined && !isClosed) return;
  throw wrong(
    field,
    `${shownJson(text)}: the new ${field.field} has no ${shownName(name)} (it has ${namesOf(field.now)})${didYouMean(name, field.now)}`,
    'The new config or its data set says what they are called: use these names, or indices, such as 0:7=0:7.',
  );
}

/** `width` is open where only the new side can tell it. */
function sourceOf(
  { from, name, at, text }: MapEntry,
  field: MappedField,
): Pick<Part, 'from'> & { readonly width?: number } {
  switch (from.kind) {
    case 'new':
      return { from: null, ...(from.width !== undefined && { width: from.width }) };
    case 'range': {
      const { start, end } = from.range;
      const size = widthOf(field.old);
      if (end <= size) return { from: start, width: end - start };
      throw wrong(
        field,
        `${shownJson(text)} asks for old dimension ${end - 1}, but the old ${field.field} has ${counted(size, 'dimension')} (0 to ${size - 1})`,
      );
    }
    case 'name': {
      const range = named(from.name, field.old);
      if (range !== undefined) return { from: range.start, width: range.width };
      throw unknownOld(from.name, text, field);
    }
    case 'same': {
      const range = named(name!, field.old);
      if (range !== undefined) return { from: range.start, width: range.width };
      if (at !== undefined) return { from: null };
      throw unknownOld(name!, text, field);
    }
    default:
      return from satisfies never;
  }
}

function unknownOld(name: string, text: string, field: MappedField): UsageError {
  const { old, field: what } = field;
  const missing = `${shownJson(text)}: the old ${what} has no ${shownName(name)}`;
  if (hasNames(old)) return wrong(field, `${missing} (it has ${namesOf(old)})${didYouMean(name, old)}`);
  return wrong(
    field,
    `${missing}: nothing says what its dimensions are called`,
    'Give their indices, such as pose=0:7.',
  );
}

function noRoom({ entry, width }: Part, field: MappedField): UsageError {
  const size = widthOf(field.now);
  return wrong(
    field,
    `there is no room for ${shownJson(entry.text)} (${counted(width, 'dimension')}): the new ${field.field} has ${counted(size, 'dimension')}, which are all taken`,
    'Say its place (gripper@7=new), or give the new policy more dimensions.',
  );
}

function named(name: string, dimensions: Dimensions): DimensionRange | undefined {
  return dimensions.find((range) => range.name === name);
}

function namesOf(dimensions: Dimensions): string {
  return dimensions
    .map(({ name, width }) => (name === undefined ? `${width} without a name` : shownName(name)))
    .join(', ');
}

function didYouMean(name: string, dimensions: Dimensions): string {
  const near = dimensions.find((range) => range.name !== undefined && isSlip(name, range.name));
  return near === undefined ? '' : `; did you mean ${shownName(near.name!)}?`;
}

function wrong({ field }: MappedField, what: string, hint?: string): UsageError {
  return new UsageError(`--map of ${field === 'action' ? 'the action' : shownName(field)}: ${what}`, hint);
}
