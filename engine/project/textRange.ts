/** Places in a text by offsets in UTF-16 units; the end is exclusive. */

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** The end counts too: a cursor is there after what was just typed. */
export function holds({ start, end }: TextRange, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** Line and column of an offset, both from 1. */
export function lineAndColumn(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
