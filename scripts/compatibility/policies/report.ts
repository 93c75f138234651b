/** Counts of policies by project and class, and every refusal, as tables of docs/compatibility.md. */
import { markdownTable } from '../table.js';
import type { Judged } from './dryRun.js';
import type { Compared } from './realClass.js';

export type Row =
  | ({ readonly project: string; readonly file: string; readonly compared?: Compared } & Judged)
  | { readonly project: string; readonly file: string; readonly error: string };

type Diffusion = Exclude<Row, { error: string }>;

const COUNTS = [
  'configs',
  'class known',
  'spec built',
  'planned without loss',
  'as the real class',
  'not built here',
];

export function report(rows: readonly Row[]): string {
  const diffusion = rows.filter(isDiffusion);
  return [
    `**${share(diffusion)} of diffusion policies.** ${withoutLargest(diffusion)}`,
    byClass(diffusion),
    'Not planned, each with what Regrip says:',
    refusals(diffusion),
    'Configs that are no diffusion policies, or cannot be composed with any of their tasks, in Hydra either:',
    others(rows),
  ].join('\n\n');
}

function share(rows: readonly Diffusion[]): string {
  const planned = rows.filter(({ isPlanned }) => isPlanned).length;
  return `${planned} of ${rows.length} configs (${percent(planned, rows.length)})`;
}

/** One project's sweeps must not hide what the others have. */
function withoutLargest(rows: readonly Diffusion[]): string {
  const projects = [...grouped(rows, ({ project }) => project)].sort(([, a], [, b]) => b.length - a.length);
  const largest = projects[0]?.[0];
  const others = rows.filter(({ project }) => project !== largest);
  return others.length === 0 ? '' : `Without ${largest}, which has most of them, ${share(others)}.`;
}

function byClass(rows: readonly Diffusion[]): string {
  const lines = [...grouped(rows, (row) => `${row.project}\n${row.class}`)].map(([name, group]) => [
    ...name.split('\n'),
    ...counts(group),
  ]);
  return markdownTable(['project', 'class', ...COUNTS], [...lines, ['all', '', ...counts(rows)]]);
}

function counts(rows: readonly Diffusion[]): string[] {
  const of = (holds: (row: Diffusion) => boolean) => String(rows.filter(holds).length);
  return [
    String(rows.length),
    of(({ isKnown }) => isKnown),
    of(({ spec }) => spec !== undefined),
    of(({ isPlanned }) => isPlanned),
    of(({ compared }) => compared?.kind === 'equal'),
    of(({ compared }) => compared?.kind === 'not built'),
  ];
}

function refusals(rows: readonly Diffusion[]): string {
  const refused = rows.filter(({ refused }) => refused !== undefined);
  const lines = [...grouped(refused, (row) => `${row.project}\n${row.class}\n${cell(row.refused!)}`)].map(
    ([name, group]) => {
      const [project, policy, why] = name.split('\n');
      return [project!, policy!, String(group.length), why!];
    },
  );
  return markdownTable(['project', 'class', 'configs', 'refused'], lines);
}

function others(rows: readonly Row[]): string {
  const rest = rows.filter((row) => !isDiffusion(row));
  const lines = [...grouped(rest, (row) => `${row.project}\n${what(row)}`)].map(([name, group]) => [
    ...name.split('\n'),
    String(group.length),
  ]);
  return markdownTable(['project', 'what', 'configs'], lines);
}

function what(row: Row): string {
  if ('error' in row) return 'not composed';
  return row.class ?? 'no policy';
}

function isDiffusion(row: Row): row is Diffusion {
  return !('error' in row) && row.isDiffusion;
}

function grouped<T>(rows: readonly T[], name: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(name(row), [...(groups.get(name(row)) ?? []), row]);
  return groups;
}

/** One line, without the list of all classes that are known, and without what would end a cell. */
function cell(text: string): string {
  return text
    .split('\n')[0]!
    .replace(/; it knows .*/, '')
    .replaceAll('|', '\\|');
}

function percent(part: number, all: number): string {
  return all === 0 ? '–' : `${Math.floor((1000 * part) / all) / 10} %`;
}
