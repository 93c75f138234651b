/** A key that nothing reads and that is a slip away from one that is read. Rather silent than wrong. */
import { type MapNode, toPlain } from '../config/node.js';
import type { CheckContext } from './context.js';
import { fixOf } from './context.js';
import type { Finding } from './finding.js';
import { KNOWN_KEYS } from './knownKeys.js';
import type { Check } from './table.js';

/** Edits (a letter more, less, other, or two exchanged) that make a slip; in short words one. */
const MAX_EDITS = 2;
const SHORT = 5;

export const unknownKey: Check = {
  codes: ['unknown-key'],
  run: async (context) => {
    const read = context.project === undefined ? new Set<string>() : await context.project.keysRead();
    if (read === undefined) return [];
    const used = withHolders([...read, ...referredPaths(context.survey.tree)]);
    return Object.entries(KNOWN_KEYS).flatMap(([holder, known]) => judged(context, holder, known, used));
  },
};

function judged(
  context: CheckContext,
  holder: string,
  known: ReadonlySet<string>,
  used: ReadonlySet<string>,
): Finding[] {
  const keys = holder === '' ? Object.keys(context.survey.unresolved) : context.keys(holder);
  const path = (key: string) => (holder === '' ? key : `${holder}.${key}`);
  const written = new Set(keys);
  const absent = [...known].filter((each) => !written.has(each));
  return keys.flatMap((key) => {
    if (known.has(key) || used.has(path(key))) return [];
    const meant = absent.find((each) => isSlip(key, each));
    if (meant === undefined || !isWritten(context, path(key))) return [];
    const message = `Nothing reads ${path(key)}. Did you mean ${meant}? As it stands the default counts`;
    const fixes = fixOf(`Rename it to ${meant}`, context.rename(path(key), meant));
    return [context.finding('unknown-key', context.keySpan(path(key)), message, { fixes })];
  });
}

/** Who reads `a.b` reads `a` too. */
function withHolders(paths: readonly string[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const path of paths)
    for (
      let here = path;
      here !== '' && !all.has(here);
      here = here.slice(0, Math.max(0, here.lastIndexOf('.')))
    )
      all.add(here);
  return all;
}

/** At this very path, not brought by an interpolation of its mapping, which is judged where it is written. */
function isWritten({ survey }: CheckContext, path: string): boolean {
  return survey.provenance.has(path);
}

/** Paths that interpolations name, wherever they stand; relative ones by their last name alone would prove little and are left out. */
function referredPaths(tree: MapNode): string[] {
  const paths: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string')
      for (const [, path] of value.matchAll(/\$\{\.*([\w.-]+)\}/g)) paths.push(path!);
    else if (typeof value === 'object' && value !== null)
      for (const child of Object.values(value)) visit(child);
  };
  visit(toPlain(tree));
  return paths;
}

function isSlip(key: string, known: string): boolean {
  const most = Math.min(key.length, known.length) < SHORT ? 1 : MAX_EDITS;
  return key.toLowerCase() === known.toLowerCase() || distance(key, known, most) <= most;
}

/** Optimal string alignment (Damerau 1964); beyond `most` only that it is more. */
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
