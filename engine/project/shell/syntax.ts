/** What the parser of shell scripts finds: simple commands in their order, each with what surrounds it. */

import type { TextRange } from '../textRange.js';
import type { Word } from './words.js';

export interface Assignment extends TextRange {
  readonly name: string;
  readonly isAppended: boolean;
  /** Undefined where something other than text is assigned: `for NAME in`, `read NAME`. */
  readonly value:
    | { readonly kind: 'word'; readonly word: Word }
    | { readonly kind: 'array'; readonly words: readonly Word[] }
    | undefined;
}

export interface Surroundings {
  /** The outermost compound command (`if`, a loop, a function, a subshell …) around it, numbered from 1; 0 for none. */
  readonly block: number;
  readonly isInFunction: boolean;
  /** In parentheses or a substitution: its changes are lost after them. */
  readonly isInSubshell: boolean;
  /** Runs only if the command before it did or did not succeed. */
  readonly isConditional: boolean;
}

/** How a command ended before its line's words did. */
export interface CommandComment extends TextRange {
  /** The line before it ended with a backslash: the command would have continued. */
  readonly isContinued: boolean;
}

export interface ShellCommand extends TextRange {
  /** Before the program, or of `export` and the like. */
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly surroundings: Surroundings;
  /** In a pipeline or the background: a process of its own. */
  readonly isAside: boolean;
  readonly comment: CommandComment | undefined;
}

/** The builtins whose arguments are assignments. */
export const DECLARES: ReadonlySet<string> = new Set(['export', 'declare', 'typeset', 'local', 'readonly']);

/** A word of plain, unquoted text; undefined for any other. */
export function plainText({ pieces }: Word): string | undefined {
  const [piece] = pieces;
  return pieces.length === 1 && piece!.kind === 'text' && !piece!.isQuoted ? piece!.text : undefined;
}

/** `NAME=value` and `NAME+=value`; undefined for any other word. */
export function splitAssignment(
  word: Word,
): { readonly name: string; readonly isAppended: boolean; readonly value: Word } | undefined {
  const [first, ...rest] = word.pieces;
  if (first?.kind !== 'text' || first.isQuoted) return undefined;
  const [match, name, plus] = /^([A-Za-z_]\w*)(\+?)=/.exec(first.text) ?? [];
  if (match === undefined) return undefined;
  const start = first.start + match.length;
  const value = { ...first, text: first.text.slice(match.length), start };
  const pieces = value.text === '' ? rest : [value, ...rest];
  return { name: name!, isAppended: plus === '+', value: { start, end: word.end, pieces } };
}
