/** Every whole config of public projects: its policy's class, its spec, the plan of one action dimension more, and the project's own class beside it. */
import { relative, resolve } from 'node:path';
import { composed, wholeConfigs } from './configs.js';
import { judged } from './dryRun.js';
import { compared, realClasses } from './realClass.js';
import { type Row, report } from './report.js';

export interface Project {
  readonly name: string;
  readonly folder: string;
}

/** The tables; every refusal and difference is told on stdout. */
export async function comparePolicies(
  projects: readonly Project[],
  pythons: readonly string[],
): Promise<{ readonly text: string; readonly differs: boolean }> {
  const rows: Row[] = [];
  for (const project of projects) rows.push(...(await compareProject(project, pythons)));
  const differs = rows.some((row) => 'compared' in row && row.compared?.kind === 'differs');
  return { text: report(rows), differs };
}

async function compareProject({ name, folder }: Project, pythons: readonly string[]): Promise<Row[]> {
  const root = resolve(folder);
  const found = [];
  for (const file of await wholeConfigs(root)) {
    const config = await composed(file);
    found.push({ config, judged: 'resolved' in config ? judged(config.resolved) : undefined });
  }
  const built = found.flatMap(({ config, judged: facts }) =>
    'resolved' in config && facts?.spec !== undefined ? [{ ...config, spec: facts.spec }] : [],
  );
  const answers = realClasses(built, pythons);
  const comparisons = new Map(built.map(({ file, spec }, at) => [file, compared(spec, answers[at]!)]));
  return found.map(({ config, judged: facts }): Row => {
    const place = { project: name, file: relative(root, config.file) };
    if (facts === undefined) return tell({ ...place, error: 'error' in config ? config.error : '' });
    const comparison = comparisons.get(config.file);
    return tell({ ...place, ...facts, ...(comparison !== undefined && { compared: comparison }) });
  });
}

function tell(row: Row): Row {
  const at = `${row.project} ${row.file}`;
  if ('error' in row) process.stdout.write(`· ${at}\n    not composed: ${row.error}\n`);
  else if (row.refused !== undefined) process.stdout.write(`? ${at}\n    ${row.refused}\n`);
  if ('compared' in row && row.compared !== undefined && row.compared.kind !== 'equal')
    process.stdout.write(`${row.compared.kind === 'differs' ? '✗' : '·'} ${at}\n    ${row.compared.what}\n`);
  return row;
}
