/** The arguments of a training script as Hydra reads them: its own flags, and overrides. */

import { type Field, type Part, shownText, textOf } from '../shell/expansion.js';
import type { TextRange } from '../textRange.js';
import type { ScriptOverride, ScriptProblem, ScriptWord } from './launch.js';

export interface HydraArguments {
  readonly configName: ScriptWord | undefined;
  readonly configPath: ScriptWord | undefined;
  readonly configDir: ScriptWord | undefined;
  readonly isMultirun: boolean;
  /** Makes Hydra show something instead of training. */
  readonly isQuestion: boolean;
  readonly overrides: readonly ScriptOverride[];
  readonly isComplete: boolean;
  readonly problems: readonly ScriptProblem[];
}

type Flag = 'configName' | 'configPath' | 'configDir' | 'multirun' | 'question' | 'valued' | 'other';

const FLAGS: Readonly<Record<string, Flag>> = {
  '--config-name': 'configName',
  '-cn': 'configName',
  '--config-path': 'configPath',
  '-cp': 'configPath',
  '--config-dir': 'configDir',
  '-cd': 'configDir',
  '--multirun': 'multirun',
  '-m': 'multirun',
  '--cfg': 'question',
  '-c': 'question',
  '--info': 'question',
  '-i': 'question',
  '--help': 'question',
  '-h': 'question',
  '--hydra-help': 'question',
  '--version': 'question',
  '--package': 'valued',
  '-p': 'valued',
  '--experimental-rerun': 'valued',
};
const HAS_VALUE: ReadonlySet<Flag> = new Set(['configName', 'configPath', 'configDir', 'valued']);

export function readArguments(fields: readonly Field[]): HydraArguments {
  const words = new Map<Flag, ScriptWord>();
  const flags = new Set<Flag>();
  const overrides: ScriptOverride[] = [];
  const problems: ScriptProblem[] = [];
  let isComplete = true;
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index]!;
    const [, name, value] = /^(-[\w-]*)(=?)/.exec(shownText(field)) ?? [];
    if (name !== undefined) {
      const flag = (Object.hasOwn(FLAGS, name) && FLAGS[name]) || 'other';
      flags.add(flag);
      if (!HAS_VALUE.has(flag)) continue;
      if (value === '=') words.set(flag, wordFrom(field, name.length + 1));
      else if (fields[index + 1] !== undefined) words.set(flag, wordFrom(fields[++index]!, 0));
      continue;
    }
    const override = overrideOf(field);
    if (override !== undefined) overrides.push(override);
    isComplete &&= override?.key !== undefined || textOf(field) !== undefined;
    const message = problemOf(field, override, words.has('configName'));
    if (message !== undefined) problems.push({ range: rangeOf(field), message });
  }
  return {
    configName: words.get('configName'),
    configPath: words.get('configPath'),
    configDir: words.get('configDir'),
    isMultirun: flags.has('multirun'),
    isQuestion: flags.has('question'),
    overrides,
    isComplete,
    problems,
  };
}

/** `isHydra`: the words are known to go to Hydra. */
function problemOf(field: Field, override: ScriptOverride | undefined, isHydra: boolean): string | undefined {
  if (field.parts.some(({ text, shown }) => text === undefined && shown.startsWith('{')))
    return 'The shell expands these braces into several words. Put the override in single quotes.';
  const text = textOf(field);
  if (override !== undefined || text === undefined || !isHydra) return undefined;
  if (text.trim() === '')
    return 'A space follows the backslash, so the command ends here and the next line is a separate command. Remove the space.';
  return `'${text}' is not an override: Hydra accepts key=value without spaces around the = and refuses any other word.`;
}

export function wordFrom(field: Field, from: number): ScriptWord {
  const text = textOf(field)?.slice(from);
  return {
    text,
    range: from === 0 ? rangeOf(field) : { start: placeOf(field, from), end: valueEnd(field, from) },
  };
}

function rangeOf({ start, end }: Field): TextRange {
  return { start, end };
}

/** Undefined for a word that is not an override. */
function overrideOf(field: Field): ScriptOverride | undefined {
  const shown = shownText(field);
  const prefix = /^(?:\+\+?|~)?/.exec(shown)![0];
  const equals = equalsIn(field);
  if (equals < 0 ? prefix !== '~' : equals === prefix.length) return undefined;
  const keyEnd = equals < 0 ? shown.length : equals;
  const known = knownLength(field);
  return {
    text: shown,
    key: keyEnd <= known ? shown.slice(prefix.length, keyEnd) : undefined,
    range: rangeOf(field),
    keyRange: { start: placeOf(field, prefix.length), end: keyEndPlace(field, keyEnd) },
    valueRange: equals < 0 ? undefined : { start: placeOf(field, equals + 1), end: valueEnd(field, equals) },
    isResolved: known === shown.length,
    unknownVariables: field.parts.flatMap(({ names }) => names),
  };
}

/** The first `=` that is known to be one. */
function equalsIn({ parts }: Field): number {
  let before = 0;
  for (const { text, shown } of parts) {
    const found = text?.indexOf('=') ?? -1;
    if (found >= 0) return before + found;
    before += shown.length;
  }
  return -1;
}

function knownLength({ parts }: Field): number {
  let length = 0;
  for (const { text, shown } of parts) {
    if (text === undefined) break;
    length += shown.length;
  }
  return length;
}

interface Place {
  readonly part: Part;
  /** Offset into the part's text. */
  readonly inside: number;
}

function partAt({ parts }: Field, offset: number): Place | undefined {
  let before = 0;
  for (const part of parts) {
    if (offset < before + part.shown.length) return { part, inside: offset - before };
    before += part.shown.length;
  }
  return undefined;
}

/** Where a character of the word is in the text; at the end, after the last one. */
function placeOf(field: Field, offset: number): number {
  const found = partAt(field, offset);
  if (found !== undefined) {
    const { part, inside } = found;
    // A value that begins with a quote begins at the quote.
    if (inside === 0 && offset > 0) return Math.min(partAt(field, offset - 1)!.part.end, part.start);
    return part.isExact ? part.start + inside : part.start;
  }
  return field.parts.at(-1)!.end;
}

function keyEndPlace(field: Field, offset: number): number {
  const { part, inside } = partAt(field, offset - 1) ?? { part: field.parts[0]!, inside: -1 };
  return part.isExact ? part.start + inside + 1 : part.end;
}

/** A quote that opened before the value also closes after it. */
function valueEnd(field: Field, from: number): number {
  const isInside = partAt(field, from)?.part.isQuoted ?? false;
  return isInside ? field.parts.at(-1)!.end : field.end;
}
