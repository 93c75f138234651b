/**
 * `node out/scripts/compatibility/projects.js PYTHON NAME=FOLDER … [--write]`: every primary config of public projects, composed by the real Hydra of
 * a Python and by `compose`, with the resolvers that the project's train.py registers. `--write` puts the table into docs/compatibility.md.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startFolder } from '../../engine/config/startFolder.js';
import { findTargets } from '../../engine/project/findTargets.js';
import { DISK_READER } from '../../engine/project/reader.js';
import { askHydra } from './askHydra.js';
import type { Case } from './cases.js';
import { judge } from './compare.js';
import { markdownTable, replaceBetween } from './table.js';

const PAGE = fileURLToPath(new URL('../../../docs/compatibility.md', import.meta.url));
const HEADER = [
  'project',
  'primary configs',
  'same values',
  'of these up to values not evaluated',
  'error in both',
  'plugin missing',
  'refused by name',
  'differ',
];

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { write: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [python, ...words] = positionals;
  if (python === undefined || words.length === 0) {
    process.stderr.write('give a python with hydra-core, and folders as NAME=FOLDER\n');
    return 2;
  }
  const rows: string[][] = [];
  for (const word of words) {
    const [name, folder] = [word.slice(0, word.indexOf('=')), resolve(word.slice(word.indexOf('=') + 1))];
    rows.push([name, ...(await compareProject(folder, python)).map(String)]);
  }
  const table = markdownTable(HEADER, rows);
  process.stdout.write(`\n${table}\n`);
  if (values.write === true)
    writeFileSync(PAGE, replaceBetween(readFileSync(PAGE, 'utf8'), 'projects', table));
  return rows.some((cells) => cells.at(-1) !== '0') ? 1 : 0;
}

async function compareProject(folder: string, python: string): Promise<number[]> {
  const targets = await findTargets(folder, DISK_READER);
  const primaries = targets.filter(({ script }) => script === undefined).map(({ primary }) => primary);
  const cases = await Promise.all(primaries.map(caseOf));
  const answers = cases.length === 0 ? [] : askHydra(cases, python);
  const counts = { same: 0, partly: 0, 'both-refuse': 0, plugin: 0, refused: 0, differs: 0 };
  for (const [index, test] of cases.entries()) {
    const outcome = await judge(test, answers[index]!);
    counts[outcome.kind] += 1;
    if (outcome.kind === 'same' && outcome.notEvaluated > 0) counts.partly += 1;
    if (outcome.kind !== 'same')
      process.stdout.write(`${primaries[index]!.slice(folder.length + 1)}  ${JSON.stringify(outcome)}\n`);
  }
  return [cases.length, ...Object.values(counts)];
}

async function caseOf(primary: string): Promise<Case> {
  const script = join(await startFolder(primary), 'train.py');
  return {
    dir: dirname(primary),
    config: basename(primary, '.yaml'),
    overrides: [],
    scripts: existsSync(script) ? [script] : [],
  };
}
