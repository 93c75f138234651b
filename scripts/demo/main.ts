/** `npm run demo`: wires the terminal to the stages and prints what came out. */
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { RegripError, UsageError } from '../../engine/base/errors.js';
import { prepareFolder } from './folder.js';
import { resultPlots, resultTable, resultWords } from './report.js';
import { FULL, QUICK } from './sizes.js';
import { RUNS, runStages } from './stages.js';
import { CommandFailed, clock, Terminal } from './terminal.js';

const HELP = `npm run demo -- [options]

  --out DIR   where everything is written (default: demo-run)
  --keep      go on after the stages that are done there, instead of starting over
  --quick     a small turn of a minute that shows that everything works; its numbers mean nothing
`;

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));

function options(): { out: string; keep: boolean; quick: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string', default: 'demo-run' },
        keep: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values as { out: string; keep: boolean; quick: boolean; help: boolean };
  } catch (error) {
    throw new UsageError((error as Error).message, 'see npm run demo -- --help');
  }
}

async function demo(): Promise<void> {
  const call = options();
  if (call.help) return void process.stdout.write(HELP);
  const folder = resolve(call.out);
  await prepareFolder(folder, call.keep, call.quick ? 'quick' : 'full');
  const terminal = new Terminal(
    {
      out: (text) => process.stdout.write(text),
      err: (text) => process.stderr.write(text),
      interactive: process.stderr.isTTY === true,
      signal: interrupted.signal,
      env: process.env,
    },
    folder,
  );
  terminal.say(`The commands below run in ${folder}; the configs are in its config/.`);
  const result = await runStages(terminal, call.quick ? QUICK : FULL);
  terminal.heading('What came of it');
  terminal.say(resultTable(result));
  terminal.say(`\n${resultPlots(result)}\n`);
  terminal.say(resultWords(result));
  if (call.quick)
    terminal.say('\nThis was the quick turn: far too few steps for the numbers to mean anything.');
  terminal.say(`\n${next(folder)}`);
  terminal.say(`\ndone in ${clock(terminal.seconds)} min`);
}

function next(folder: string): string {
  const place = relative(process.cwd(), folder) || '.';
  const runs = Object.values(RUNS).map((run) => `  ${place}/${run}`);
  return `Run folders (config, logs.json.txt, checkpoints):
${runs.join('\n')}

On your own data:
  npx regrip inspect OLD.ckpt
  npx regrip convert --input TRAJECTORIES --output NEW.zarr --resolution 320 180
  npx regrip adapt --old-ckpt OLD.ckpt --new-ckpt START.ckpt --config CONFIG.yaml task.dataset_path=NEW.zarr --dry-run
  npx regrip finetune CONFIG.yaml task.dataset_path=NEW.zarr --old-ckpt OLD.ckpt --run-dir RUN`;
}

try {
  await demo();
} catch (error) {
  if (interrupted.signal.aborted)
    process.stderr.write('\nstopped; --keep goes on after the stages that are done\n');
  else if (error instanceof RegripError)
    process.stderr.write(`error: ${error.message}\n${error.hint === undefined ? '' : `  → ${error.hint}\n`}`);
  else process.stderr.write(`${error instanceof CommandFailed ? error.message : (error as Error).stack}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
