/** Places in the text of a file: offsets of lines and columns, whole lines. Lines and columns count from 1. */
import type { Edit, Span } from './finding.js';

export function offsetAt(text: string, line: number, column: number): number {
  let start = 0;
  for (let before = 1; before < line; before += 1) {
    const next = text.indexOf('\n', start);
    if (next < 0) return text.length;
    start = next + 1;
  }
  return Math.min(text.length, start + column - 1);
}

export function textIn(text: string, span: Span): string {
  return text.slice(offsetAt(text, span.line, span.column), offsetAt(text, span.endLine, span.endColumn));
}

/** Removes whole lines, with their line breaks. */
export function withoutLines(file: string, line: number, endLine: number): Edit {
  return { span: { file, line, column: 1, endLine: endLine + 1, endColumn: 1 }, newText: '' };
}

/** Inserts a new line after a line, before its line break, so that a trailing comment stays where it is. */
export function lineAfter(file: string, text: string, line: number, newText: string): Edit {
  const column = (text.split(/\r?\n/, line)[line - 1] ?? '').length + 1;
  return { span: { file, line, column, endLine: line, endColumn: column }, newText: `\n${newText}` };
}
