/** What a check finds: a code, a place, what follows from it, and the edits that mend it. No editor's types. */
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
  /** None where a job mends it. */
  readonly edits: readonly Edit[];
  readonly job?: FixJob;
}

/** What a job's form is filled in with. Paths are absolute. */
type FixJob =
  | {
      readonly kind: 'convert';
      readonly output: string;
      /** Width and height, as the form has them. */
      readonly resolution?: string;
    }
  | { readonly kind: 'adapt'; readonly oldCkpt?: string; readonly newCkpt: string }
  | { readonly kind: 'finetune' };

/** The other side of a finding. A file that is no text has the span of its first character. */
export interface Related {
  readonly span: Span;
  readonly message: string;
}

export interface Finding {
  readonly code: CheckCode;
  readonly severity: Severity;
  /** Says what follows, not only what differs. */
  readonly message: string;
  readonly span: Span;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
}

export function startOfFile(file: string): Span {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
}
