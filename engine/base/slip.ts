/** Whether one name is a misspelling of another. */

/** The most edits (a letter inserted, deleted, replaced, or two swapped) that count as a slip; one in short words. */
const MAX_EDITS = 2;
const SHORT = 5;

export function isSlip(key: string, known: string): boolean {
  const most = Math.min(key.length, known.length) < SHORT ? 1 : MAX_EDITS;
  return key.toLowerCase() === known.toLowerCase() || distance(key, known, most) <= most;
}

/** One edit apart, or different only in case. */
export function isNear(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase() || distance(a, b, 1) <= 1;
}

/** Optimal string alignment (Damerau 1964); any value above `most` means only "more". */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [before, above]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, above] = [above, row];
  }
  return above[b.length]!;
}
