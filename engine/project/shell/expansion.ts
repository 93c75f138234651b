/** What a program receives for the words of a shell command: quotes removed, known variables substituted, split as a shell would. */
import { join } from 'node:path';
import { unreachable } from '../../base/errors.js';
import type { TextRange } from '../textRange.js';
import type { Piece, Word } from './words.js';

/** A piece of an expanded word. */
export interface Part extends TextRange {
  /** Undefined where it is not known. */
  readonly text: string | undefined;
  /** The text; where it is unknown, as it is written. */
  readonly shown: string;
  /** Each character of the text appears in the script, from `start` on. */
  readonly isExact: boolean;
  readonly isQuoted: boolean;
  /** The unknown variables. */
  readonly names: readonly string[];
}

/** One argument of a program. Its range is where it is written, which may be in the variable that holds it. */
export interface Field extends TextRange {
  readonly parts: readonly Part[];
  /** Stands for any number of arguments. */
  readonly isMany: boolean;
}

export interface Known {
  /** The source, for what cannot be expanded. */
  readonly text: string;
  /** Undefined where it is not known. */
  value(name: string): readonly Part[] | undefined;
  elements(name: string): readonly Field[] | undefined;
  readonly scriptFolder: string | undefined;
  /** The script's own arguments, from `$1` on; undefined where they are not known. */
  arguments(): readonly string[] | undefined;
}

interface Draft {
  readonly parts: Part[];
  isMany: boolean;
  /** Where it is written, if not in the word itself. */
  range?: TextRange;
}

export function textOf({ parts }: { readonly parts: readonly Part[] }): string | undefined {
  let text = '';
  for (const part of parts) {
    if (part.text === undefined) return undefined;
    text += part.text;
  }
  return text;
}

export function shownText({ parts }: { readonly parts: readonly Part[] }): string {
  return parts.map(({ shown }) => shown).join('');
}

/** The arguments that a word becomes: usually one. */
export function expand(word: Word, known: Known): Field[] {
  let drafts: Draft[] = [{ parts: [], isMany: false }];
  for (const [index, piece] of word.pieces.entries()) {
    const added = fieldsOf(piece, known, index === 0);
    if (word.pieces.length === 1) drafts = added;
    else append(drafts, added, piece);
  }
  return drafts
    .filter(({ parts }) => parts.length > 0)
    .map(({ parts, isMany, range }) => ({
      parts,
      isMany,
      start: (range ?? word).start,
      end: (range ?? word).end,
    }));
}

/** The first continues where the last draft ended. In a word with other pieces, all of them are placed at the piece. */
function append(drafts: Draft[], added: readonly Draft[], piece: Piece): void {
  for (const [index, { parts, isMany }] of added.entries()) {
    if (index > 0) drafts.push({ parts: [], isMany: false });
    const last = drafts.at(-1)!;
    for (const part of parts) last.parts.push(movedTo(piece, part));
    last.isMany ||= isMany;
  }
}

/** The value that an assignment gives, which is never split; undefined where part of it is unknown. */
export function assignedParts(word: Word, known: Known): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (const [index, piece] of word.pieces.entries()) {
    if (piece.kind === 'array') return undefined;
    const whole = piece.kind === 'variable' ? { ...piece, isQuoted: true } : piece;
    const fields =
      piece.kind === 'braces' ? [{ parts: [literal(piece)] }] : fieldsOf(whole, known, index === 0);
    for (const field of fields) for (const part of field.parts) parts.push(part);
  }
  return parts.every(({ text }) => text !== undefined) ? parts : undefined;
}

function movedTo({ start, end }: TextRange, part: Part): Part {
  return part.start >= start && part.end <= end ? part : { ...part, start, end, isExact: false };
}

/** At least one. */
function fieldsOf(piece: Piece, known: Known, isFirst: boolean): Draft[] {
  switch (piece.kind) {
    case 'text':
      return [{ parts: isFirst ? withHome(piece, known) : [literal(piece)], isMany: false }];
    case 'variable':
      return variableFields(piece, known);
    case 'array':
      return arrayFields(piece, known);
    case 'scriptFolder':
      if (known.scriptFolder === undefined) return [missing(piece, known, [])];
      return [{ parts: [literal({ ...piece, text: join(known.scriptFolder, piece.below) })], isMany: false }];
    case 'braces':
      return [{ ...missing(piece, known, []), isMany: true }];
    case 'unknown':
      return [missing(piece, known, piece.name === undefined ? [] : [piece.name])];
    default:
      return unreachable(piece);
  }
}

type Variable = Extract<Piece, { kind: 'variable' }>;

function variableFields(piece: Variable, known: Known): Draft[] {
  const isArgument = /^(?:[1-9]\d*|#)$/.test(piece.name);
  const held = isArgument ? argumentParts(piece, known) : known.value(piece.name);
  const isEmpty = piece.needsValue && held !== undefined && textOf({ parts: held }) === '';
  const value = isEmpty && piece.fallback !== undefined ? [standIn(piece, piece.fallback)] : held;
  if (value === undefined || (isEmpty && piece.fallback === undefined))
    return [{ ...missing(piece, known, [piece.name]), isMany: !piece.isQuoted }];
  return (piece.isQuoted ? [{ parts: [...value], isMany: false }] : split(value)).map(located);
}

/** `$1`, `$#`. Without arguments `${1:-text}` is its text, as in a plain start of the script. */
function argumentParts(piece: Variable, known: Known): readonly Part[] | undefined {
  const given = known.arguments();
  if (given === undefined) return piece.fallback === undefined ? undefined : [standIn(piece, piece.fallback)];
  const text = piece.name === '#' ? String(given.length) : (given[Number(piece.name) - 1] ?? '');
  return [standIn(piece, text)];
}

/** Text that does not appear in the script is placed at the piece that it replaces. */
function standIn({ start, end }: TextRange, text: string): Part {
  return { text, shown: text, start, end, isExact: false, isQuoted: false, names: [] };
}

function arrayFields(piece: Extract<Piece, { kind: 'array' }>, known: Known): Draft[] {
  const { start: from, end: to } = piece;
  const elements =
    piece.name === '@'
      ? known
          .arguments()
          ?.map((text): Field => ({ parts: [standIn(piece, text)], isMany: false, start: from, end: to }))
      : known.elements(piece.name);
  const isSplit = !piece.isQuoted && elements?.some((element) => /\s/.test(shownText(element)));
  if (elements === undefined || isSplit) return [{ ...missing(piece, known, [piece.name]), isMany: true }];
  const drafts = elements.map(({ parts, isMany, start, end }) => ({
    parts: [...parts],
    isMany,
    range: { start, end },
  }));
  return drafts.length > 0 ? drafts : [{ parts: [], isMany: false }];
}

/** A value is placed where it was assigned. */
function located(draft: Draft): Draft {
  const [first] = draft.parts;
  const end = draft.parts.at(-1)?.end ?? 0;
  return first === undefined || first.start > end ? draft : { ...draft, range: { start: first.start, end } };
}

function missing(piece: Piece, known: Known, names: readonly string[]): Draft {
  return { parts: [unknown(piece, known, names)], isMany: false };
}

/** `~` and `~/…` stand for the user's home, also after `name=`; any other `~name` is assumed not to name a user. */
function withHome(piece: Extract<Piece, { kind: 'text' }>, known: Known): Part[] {
  const [, before = '', home] = (!piece.isQuoted && /^([A-Za-z_]\w*=)?(~(?:\/|$))/.exec(piece.text)) || [];
  if (home === undefined) return [literal(piece)];
  const start = piece.start + before.length;
  const rest = unknown({ start, end: piece.end }, known, ['HOME']);
  return before === '' ? [rest] : [literal({ ...piece, text: before, end: start }), rest];
}

function literal({
  text,
  start,
  end,
  ...piece
}: TextRange & { readonly text: string; readonly isQuoted?: boolean }): Part {
  const isExact = text.length === end - start;
  return { text, shown: text, start, end, isExact, isQuoted: piece.isQuoted ?? false, names: [] };
}

function unknown({ start, end }: TextRange, known: Known, names: readonly string[]): Part {
  return {
    text: undefined,
    shown: known.text.slice(start, end),
    start,
    end,
    isExact: false,
    isQuoted: false,
    names,
  };
}

/** An unquoted value is split at its spaces. */
function split(value: readonly Part[]): Draft[] {
  const drafts: Draft[] = [{ parts: [], isMany: false }];
  for (const part of value) {
    for (const [blanks, at] of stretches(part.shown)) {
      if (/^\s/.test(blanks)) drafts.push({ parts: [], isMany: false });
      else drafts.at(-1)!.parts.push(cut(part, at, at + blanks.length));
    }
  }
  return drafts;
}

function stretches(text: string): (readonly [stretch: string, at: number])[] {
  return [...text.matchAll(/[ \t\n]+|[^ \t\n]+/g)].map((match) => [match[0], match.index] as const);
}

function cut(part: Part, from: number, to: number): Part {
  const text = part.shown.slice(from, to);
  if (!part.isExact) return { ...part, text, shown: text };
  return { ...part, text, shown: text, start: part.start + from, end: part.start + to };
}
