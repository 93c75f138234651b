/** A place in a Python file, for messages. */
import { lineAndColumn } from '../textRange.js';

export interface SourcePlace {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly tokens: readonly { readonly start: number }[];
}

/** The place of the token `at`. */
export function placeOf({ file, text, tokens }: Source, at: number): SourcePlace {
  return { file, ...lineAndColumn(text, tokens[at]!.start) };
}
