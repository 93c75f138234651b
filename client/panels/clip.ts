/** Text of files and jobs, short enough for a page. */

/** Half the protocol's limit: the stack of a crash fits, but a crafted name cannot fill the panel. */
const MAX_TEXT = 4_000;

export function clipped(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}

/** For what is not worth showing unless it is a number: a speed, a time left. */
export function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
