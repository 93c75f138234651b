/** Counts as tables of docs/compatibility.md. */

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
  return markdownTable(HEADER, rows);
}

export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [
    line(header),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map(line),
  ].join('\n');
}

/** Replaces the part of the page between the marks `<!-- NAME: … -->` and `<!-- end of NAME -->`. Throws when a mark is missing. */
export function replaceBetween(page: string, name: string, table: string): string {
  const begin = page.search(new RegExp(`<!-- ${name}:.*-->`));
  const end = page.indexOf(`<!-- end of ${name} -->`);
  if (begin < 0 || end < begin) throw new Error(`the page has no part '${name}' between its marks`);
  return `${page.slice(0, page.indexOf('-->', begin) + 3)}\n\n${table}\n\n${page.slice(end)}`;
}
