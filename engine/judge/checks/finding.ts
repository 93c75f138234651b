/** What a check finds: a code, a place, what follows from it, and the edits that fix it. Free of editor types. */
import type { CheckCode, Severity } from './codes.js';

/** A range of a file. Lines and columns (UTF-16 units) count from 1; the end is exclusive. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Edit {
  readonly span: Span;
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  /** Empty where a job fixes it. */
  readonly edits: readonly Edit[];
  readonly job?: FixJob;
}

/** Values to fill in a job's form. Paths are absolute. */
type FixJob =
  | {
      readonly kind: 'convert';
      readonly output: string;
      /** Width and height, in the form's order. */
      readonly resolution?: string;
    }
  | { readonly kind: 'adapt'; readonly oldCkpt?: string; readonly newCkpt: string }
  | { readonly kind: 'finetune' };

/** A related place. In a file that is not text, the span of its first character. */
export interface Related {
  readonly span: Span;
  readonly message: string;
}

export interface Finding {
  readonly code: CheckCode;
  readonly severity: Severity;
  /** Says what is wrong and what follows from it. */
  readonly message: string;
  readonly span: Span;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
}

export function startOfFile(file: string): Span {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
}
