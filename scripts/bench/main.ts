/**
 * `npm run bench [name …] [-- --write]`: runs the comparisons one after the other and prints their table; `npm run bench profile`
 * shows where the training step's time goes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.js';
import { preparePeer } from './peer.js';
import type { Bench, BenchResult } from './result.js';
import { replaceResults, resultTable } from './table.js';

/** Loaded when its turn comes: a bench of tensors takes libtensorflow into the process, the others must not. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  convert: async () => (await import('./convert.js')).benchConvert,
  inspect: async () => (await import('./inspect.js')).benchInspect,
  adapt: async () => (await import('./adapt.js')).benchAdapt,
  lsp: async () => (await import('./lsp.js')).benchLsp,
  trainStep: async () => (await import('./trainStep.js')).benchTrainStep,
};

const PAGE = fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url)); // seen from out/scripts/bench

process.exitCode = (await main(process.argv.slice(2))) || process.exitCode;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { write: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (positionals[0] === 'profile') {
    preparePeer(process.env);
    await (await import('./profileStep.js')).profileStep();
    return 0;
  }
  const unknown = positionals.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) {
    process.stderr.write(`no bench '${unknown}': one of ${Object.keys(BENCHES).join(', ')}, or profile\n`);
    return 2;
  }
  preparePeer(process.env);
  const results = await runBenches(positionals.length === 0 ? Object.keys(BENCHES) : positionals);
  const table = resultTable(results);
  process.stdout.write(`\n${describeMachine()}\n\n${table}\n`);
  if (values.write === true) writePage(table);
  return 0;
}

async function runBenches(names: readonly string[]): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const name of names) {
    process.stderr.write(`── ${name}\n`);
    try {
      const bench = await BENCHES[name]!();
      results.push(await bench());
    } catch (error) {
      // The others' minutes are not lost for one that fails.
      process.stderr.write(`${name} failed: ${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 1;
    }
  }
  return results;
}

function writePage(table: string): void {
  const day = new Date().toISOString().slice(0, 10);
  writeFileSync(PAGE, replaceResults(readFileSync(PAGE, 'utf8'), describeMachine(), day, table));
}
