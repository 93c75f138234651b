/** One field of the form that says which old dimensions the new ones continue: its rows, what is wrong with them, and their `--map`. */

/** A side of a field as the engine reports it; a range without a name is what nobody has named. */
interface Side {
  readonly width: number;
  readonly ranges: readonly {
    readonly name?: string | undefined;
    readonly start: number;
    readonly width: number;
  }[];
}

/** Of the action or an observation, in the plan's document (`engine/judge/adapt/dimensionText.ts`). */
export interface PlannedField {
  readonly field: string;
  readonly old: Side;
  readonly new: Side;
  /** For each new dimension the old one, or null where it is new. */
  readonly from: readonly (number | null)[];
  readonly suggestions: readonly { readonly entry: string; readonly why: string }[];
}

/** A new dimension; neighbours of the same name are one part of the action. */
export interface FormRow {
  /** Empty where it has none. */
  readonly name: string;
  /** The old dimension that it continues; null begins it anew. */
  readonly from: number | null;
}

/** `pose[3]`, `gripper`, or nothing: of each old dimension in its order. */
export function oldNames({ old }: Pick<PlannedField, 'old'>): string[] {
  return Array.from({ length: old.width }, (_, index) => {
    const range = old.ranges.find(({ start, width }) => index >= start && index < start + width);
    if (range?.name === undefined) return '';
    return range.width === 1 ? range.name : `${range.name}[${index - range.start}]`;
  });
}

export function rowsOf({ new: now, from }: Pick<PlannedField, 'new' | 'from'>): FormRow[] {
  return from.map((source, index) => {
    const range = now.ranges.find(({ start, width }) => index >= start && index < start + width);
    return { name: range?.name ?? '', from: source };
  });
}

/** Where another row has that old dimension already, the two change places, so that none is continued twice. */
export function withSource(rows: readonly FormRow[], index: number, from: number | null): FormRow[] {
  const before = rows[index]!.from;
  return rows.map((row, at) => {
    if (at === index) return { ...row, from };
    return from !== null && row.from === from ? { ...row, from: before } : row;
  });
}

export function withName(rows: readonly FormRow[], index: number, name: string): FormRow[] {
  return rows.map((row, at) => (at === index ? { ...row, name: name.trim() } : row));
}

/** Old dimensions that no row continues. */
export function droppedOf(rows: readonly FormRow[], oldWidth: number): number[] {
  const kept = new Set(rows.map(({ from }) => from));
  return Array.from({ length: oldWidth }, (_, index) => index).filter((index) => !kept.has(index));
}

/** Rows that one entry of a map tells: of one name, new or from old dimensions that follow each other. */
interface FormRun {
  readonly name: string;
  readonly start: number;
  readonly width: number;
  readonly from: number | null;
}

export function runsOf(rows: readonly FormRow[]): FormRun[] {
  const runs: { name: string; start: number; width: number; from: number | null }[] = [];
  for (const [index, { name, from }] of rows.entries()) {
    const last = runs.at(-1);
    const next = last === undefined || last.from === null ? null : last.from + last.width;
    if (last !== undefined && last.name === name && from === next) last.width += 1;
    else runs.push({ name, start: index, width: 1, from });
  }
  return runs;
}

/** Names have other meanings in `--map` with any of these, or when they are numbers. */
const NOT_A_NAME = /[\s=,:@]|^\d+$|^new$/;

export type FormProblem =
  | { readonly kind: 'name'; readonly index: number; readonly name: string }
  | { readonly kind: 'apart'; readonly index: number; readonly name: string }
  | { readonly kind: 'scattered'; readonly index: number; readonly name: string };

/**
 * `name`: it cannot be one. `apart`: two parts of one name, with others between them. `scattered`: a part whose old dimensions do not
 * follow each other, which only the new config itself can name; `told` are the parts that it does.
 */
export function problemsOf(rows: readonly FormRow[], told: readonly FormRow[]): FormProblem[] {
  const problems: FormProblem[] = [];
  const seen = new Map<string, FormRun>();
  for (const run of runsOf(rows)) {
    const { name, start } = run;
    if (name === '') continue;
    if (NOT_A_NAME.test(name)) problems.push({ kind: 'name', index: start, name });
    const before = seen.get(name);
    const isNext = before !== undefined && before.start + before.width === start;
    if (before !== undefined && !isNext) problems.push({ kind: 'apart', index: start, name });
    else if (isNext && told[start]?.name !== name) problems.push({ kind: 'scattered', index: start, name });
    seen.set(name, run);
  }
  return problems;
}

/** As `--map` takes it. A part that the new config names, and that comes from several places, is told by its places alone. */
export function mapText(field: string, rows: readonly FormRow[]): string {
  const runs = runsOf(rows);
  const counts = new Map<string, number>();
  for (const { name } of runs) counts.set(name, (counts.get(name) ?? 0) + 1);
  const entries = runs.map(({ name, start, width, from }) => {
    const isNamed = name !== '' && counts.get(name) === 1;
    const target = isNamed ? name : span(start, width);
    if (from !== null) return `${target}=${span(from, width)}`;
    return isNamed && width > 1 ? `${target}=new:${width}` : `${target}=new`;
  });
  const text = entries.join(',');
  return field === 'action' ? text : `${field}: ${text}`;
}

function span(start: number, width: number): string {
  return width === 1 ? String(start) : `${start}:${start + width}`;
}

/** `gripper=grip` of a suggestion: the new part of that name continues the old part, or the old range `7:8`. */
export function withSuggestion(
  rows: readonly FormRow[],
  { old }: Pick<PlannedField, 'old'>,
  entry: string,
): FormRow[] {
  const [target, source = ''] = entry.split('=');
  const [, first] = /^(\d+)(?::\d+)?$/.exec(source) ?? [];
  const from = first === undefined ? old.ranges.find(({ name }) => name === source)?.start : Number(first);
  const start = rows.findIndex(({ name }) => name === target);
  if (from === undefined || start < 0) return [...rows];
  const count = rows.filter(({ name }) => name === target).length;
  return Array.from({ length: count }, (_, step) => step).reduce(
    (changed, step) => withSource(changed, start + step, from + step),
    [...rows],
  );
}

export function isSame(rows: readonly FormRow[], others: readonly FormRow[]): boolean {
  return (
    rows.length === others.length &&
    rows.every(({ name, from }, at) => name === others[at]!.name && from === others[at]!.from)
  );
}
