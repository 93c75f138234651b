/** Columns of text: numbers to the right, words to the left. */

export type Cell = string | number | undefined;

/** `header` and `rows` as aligned lines; an undefined cell is a dash. Numbers come formatted, as text. */
export function tableText(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const body = rows.map((row) => row.map(cellText));
  const widths = header.map((name, i) => Math.max(name.length, ...body.map((row) => row[i]!.length)));
  // A column of dashes alone, or of numbers, goes to the right.
  const left = header.map((_, i) => body.some((row) => isWord(row[i]!)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (left[i] ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '─'.repeat(width))), ...body.map(line)].join('\n');
}

function cellText(cell: Cell): string {
  return cell === undefined ? '–' : String(cell);
}

function isWord(text: string): boolean {
  return text !== '' && text !== '–' && !/^[-+]?\d/.test(text);
}
