/**
 * `npm run compatibility -- NAME=FOLDER … [--write] [--verbose]`: every config tree of public projects, composed by the real Hydra
 * (`REGRIP_PEER_PYTHON`) and by `compose`, value by value. `--write` puts the counts into docs/compatibility.md. With `--policies` their policies
 * instead: known, read, planned with one action dimension more, and compared with the real class where a Python (several with `:`) imports it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { askHydra } from './askHydra.js';
import { casesOf, findTrees, nameOf, withoutShadow } from './cases.js';
import { judge, type Outcome } from './compare.js';
import { comparePolicies, type Project } from './policies/run.js';
import { countsTable, type ProjectResult, replaceBetween } from './table.js';

const ROOT = '../../../'; // of the checkout, from out/scripts/compatibility
const PAGE = fileURLToPath(new URL(`${ROOT}docs/compatibility.md`, import.meta.url));

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { write: { type: 'boolean' }, verbose: { type: 'boolean' }, policies: { type: 'boolean' } },
    allowPositionals: true,
  });
  const projects = positionals.map(projectOf);
  if (values.policies === true) return policies(projects, values.write === true);
  const python = process.env['REGRIP_PEER_PYTHON'];
  if (python === undefined || positionals.length === 0) {
    process.stderr.write(
      'give folders with Hydra configs as NAME=FOLDER, and REGRIP_PEER_PYTHON: a python with hydra-core 1.3.2\n',
    );
    return 2;
  }
  const results: ProjectResult[] = [];
  for (const { name, folder } of projects)
    results.push(await compareProject(name || folder, resolve(folder), python, values.verbose === true));
  const table = countsTable(results);
  process.stdout.write(`\n${table}\n`);
  if (values.write === true) writeFileSync(PAGE, replaceBetween(readFileSync(PAGE, 'utf8'), 'counts', table));
  return results.some(({ differs }) => differs > 0) ? 1 : 0;
}

function projectOf(word: string): Project {
  return { name: word.slice(0, word.indexOf('=')), folder: word.slice(word.indexOf('=') + 1) };
}

async function policies(projects: readonly Project[], writes: boolean): Promise<number> {
  const pythons = (process.env['REGRIP_PEER_PYTHON'] ?? '').split(':').filter((path) => path !== '');
  const { text, differs } = await comparePolicies(projects, pythons);
  process.stdout.write(`\n${text}\n`);
  if (writes) writeFileSync(PAGE, replaceBetween(readFileSync(PAGE, 'utf8'), 'policies', text));
  return differs ? 1 : 0;
}

async function compareProject(
  project: string,
  checkout: string,
  python: string,
  verbose: boolean,
): Promise<ProjectResult> {
  const trees = await Promise.all(findTrees(checkout).map(withoutShadow));
  const cases = trees.flatMap(casesOf);
  const answers = askHydra(cases, python);
  const counts: Record<Outcome['kind'], number> = {
    ...{ same: 0, 'both-refuse': 0, plugin: 0, refused: 0, differs: 0 },
  };
  for (const [index, test] of cases.entries()) {
    const outcome = await judge(test, answers[index]!);
    counts[outcome.kind]++;
    tell(nameOf(checkout, test), outcome, verbose);
  }
  return {
    project,
    trees: trees.length,
    configs: trees.reduce((sum, { configs }) => sum + configs.length, 0),
    cases: cases.length,
    same: counts.same,
    bothRefuse: counts['both-refuse'],
    plugin: counts.plugin,
    refused: counts.refused,
    differs: counts.differs,
  };
}

function tell(name: string, outcome: Outcome, verbose: boolean): void {
  switch (outcome.kind) {
    case 'same':
    case 'plugin':
      return;
    case 'both-refuse':
      if (verbose)
        process.stdout.write(`· ${name}\n    Hydra  ${outcome.theirs}\n    ours   ${outcome.ours}\n`);
      return;
    case 'refused':
      process.stdout.write(`? ${name}\n    refused  ${outcome.ours}\n`);
      return;
    case 'differs':
      process.stdout.write(`✗ ${name}\n    ${outcome.what}\n`);
  }
}
