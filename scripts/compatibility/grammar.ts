/**
 * `node out/scripts/compatibility/grammar.js PYTHON … [--count N] [--seed N] [--write] [--fixture]`: overrides of Hydra's grammar, composed by the
 * real Hydra of each Python and by `compose`. `--write` puts the counts into docs/compatibility.md, `--fixture` the answers into the
 * tests' fixture.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Answer, type Outcome, outcomeOf } from './grammarAnswer.js';
import { grammarCases } from './grammarCases.js';
import { markdownTable, replaceBetween } from './table.js';

const ROOT = '../../../'; // of the checkout, from out/scripts/compatibility
const PEER = fileURLToPath(new URL(`${ROOT}scripts/compatibility/grammar_peer.py`, import.meta.url));
const PAGE = fileURLToPath(new URL(`${ROOT}docs/compatibility.md`, import.meta.url));
const FIXTURE = fileURLToPath(new URL(`${ROOT}test/fixtures/hydra/grammar`, import.meta.url));
const KINDS: readonly Outcome['kind'][] = [
  'same',
  'both sweep',
  'both refuse',
  'shuffled',
  'refused by name',
  'differs',
];

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: {
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      write: { type: 'boolean' },
      fixture: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const overrides = grammarCases(Number(values.count), Number(values.seed));
  const rows = await Promise.all(
    positionals.map((python) => row(python, overrides, values.fixture === true)),
  );
  const table = markdownTable(['hydra-core', 'omegaconf', 'overrides', ...KINDS], rows);
  process.stdout.write(`\n${table}\n`);
  if (values.write === true)
    writeFileSync(PAGE, replaceBetween(readFileSync(PAGE, 'utf8'), 'grammar', table));
  return rows.some((cells) => cells.at(-1) !== '0') ? 1 : 0;
}

async function row(python: string, overrides: readonly string[], writes: boolean): Promise<string[]> {
  const [versions, ...answers] = askHydra(python, overrides) as [Record<string, string>, ...Answer[]];
  const counts = new Map<string, number>();
  for (const [index, override] of overrides.entries()) {
    const outcome = await outcomeOf(FIXTURE, override, answers[index]!);
    counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
    if (outcome.kind === 'differs' || outcome.kind === 'refused by name')
      process.stdout.write(`${outcome.kind === 'differs' ? '✗' : '?'} ${override}\n    ${outcome.what}\n`);
  }
  if (writes) {
    const lines = overrides.map((override, index) => JSON.stringify([override, answers[index]]));
    writeFileSync(`${FIXTURE}/answers.jsonl`, `${[JSON.stringify(versions), ...lines].join('\n')}\n`);
  }
  const { hydra = '', omegaconf = '' } = versions;
  return [hydra, omegaconf, ...[overrides.length, ...KINDS.map((kind) => counts.get(kind) ?? 0)].map(String)];
}

function askHydra(python: string, overrides: readonly string[]): unknown[] {
  const input = overrides.map((override) => JSON.stringify(override)).join('\n');
  const { status, stdout, error } = spawnSync(python, [PEER, FIXTURE, 'train'], {
    ...{ input, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'inherit'] },
  });
  if (status !== 0) throw new Error(`${PEER} ended with ${status}`, { cause: error });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
