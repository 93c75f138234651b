/** Where a value of a config was written. Lines and columns count from 1. */

export type Provenance =
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly endLine: number;
      readonly endColumn: number;
    }
  | { readonly kind: 'override'; readonly text: string; readonly index: number };
