/** The counts as a table of docs/compatibility.md. */

export interface ProjectResult {
  readonly project: string;
  readonly trees: number;
  readonly configs: number;
  readonly cases: number;
  /** Every value equal, as text and resolved. */
  readonly same: number;
  /** Both say that it is an error. */
  readonly bothRefuse: number;
  /** Hydra lacks a plugin of its own groups on the machine of the comparison; we compose it. */
  readonly plugin: number;
  /** Hydra composes it, we name what we do not do. */
  readonly refused: number;
  readonly differs: number;
}

const HEADER = [
  'project',
  'config trees',
  'configs',
  'cases',
  'same values',
  'error in both',
  'plugin missing',
  'refused by name',
  'differ',
];

export function countsTable(results: readonly ProjectResult[]): string {
  const rows = results.map(({ project, ...counts }) => [
    project,
    ...[
      counts.trees,
      counts.configs,
      counts.cases,
      counts.same,
      counts.bothRefuse,
      counts.plugin,
      counts.refused,
      counts.differs,
    ].map(String),
  ]);
  const widths = HEADER.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [
    line(HEADER),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map(line),
  ].join('\n');
}

const BEGIN = '<!-- counts: written by `npm run compatibility -- NAME=FOLDER … --write` -->';
const END = '<!-- end of counts -->';

/** Replaces the marked part of the page. Throws when a mark is missing. */
export function replaceCounts(page: string, table: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the page has no part between '${BEGIN}' and '${END}'`);
  return `${page.slice(0, begin) + BEGIN}\n\n${table}\n\n${page.slice(end)}`;
}
